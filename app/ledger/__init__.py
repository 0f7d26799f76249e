"""Money: budgets and balanced postings; knows nothing of classes."""
