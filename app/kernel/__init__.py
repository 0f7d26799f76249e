"""Ground floor: database, flow, access, forms, money, clock, errors, paging. Knows nothing of training."""
