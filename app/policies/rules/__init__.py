"""The pure rules of policy: what a mode requires, who may join, what is still open, how much is paid."""
