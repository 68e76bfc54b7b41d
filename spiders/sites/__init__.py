"""One TOML file a site; the file's name is the site's id."""
