"""Inspections 督查: somebody goes to see, draws by lot whom to see and whom to call, and what was found has effect."""
