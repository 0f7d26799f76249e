"""Output by order (订单): someone real wants so many people in these posts, and an officer checked it."""
