"""Where: province to village, as one tree; every area of responsibility is a set of its subtrees."""
