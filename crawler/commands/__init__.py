"""The commands of ``djeli``, one module each: ``configure`` its parser, ``run`` it to an exit status."""
