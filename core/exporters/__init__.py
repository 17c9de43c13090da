"""Work that travels: a session written as a program or a table for other tools. One module a target."""
