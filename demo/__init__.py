"""The demo newsroom: small invented news sites, served on loopback, whose articles are known exactly."""
