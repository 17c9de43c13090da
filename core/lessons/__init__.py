"""Lessons: their format, what they prepare, what they ask for, and whether all of that holds. Knows no window."""
