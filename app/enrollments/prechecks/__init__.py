"""The pre-check 资格预检 for people and lists, and what is worth recommending to whom; nothing here writes."""
