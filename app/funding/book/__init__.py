"""One class, one book (一班一档、一键成册): everything about a class or a claim as one PDF, ready to stamp."""
