"""Sign-up (报名): one person, one seat, never one too many; a numbered waiting list."""
