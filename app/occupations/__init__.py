"""What: occupations and their codes, with the edition a code belongs to."""
