"""Which sites there are, and how the links to their articles are found."""
