"""Schools on the institution list: their sites, teachers and assessors."""
