"""History of subsidies used, as other systems hand it over in sheets."""
