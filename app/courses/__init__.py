"""Courses by menu (菜单): what can be learned, from whom, in which mode."""
