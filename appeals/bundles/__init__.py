"""Many packets in one ZIP with its two indexes. Pure."""
