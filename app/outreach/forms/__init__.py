"""What officers fill in about rounds, cards and services."""
