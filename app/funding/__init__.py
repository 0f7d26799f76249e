"""Government pays (买单): claims, reviews, public notice, payment."""
