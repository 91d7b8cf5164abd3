# The real extension of the demo: bcrypt hashes a password without the GVL. It needs no library but libc.
gem=bcrypt
gem_version=3.1.20
gem_ext=ext/mri
