"""The expression lab: a learner's text becomes Values, their graph, and every step on the way, by a whitelist."""
