"""The version, where nothing heavy has to be imported to say it."""

VERSION = "0.1.0"
