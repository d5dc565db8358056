"""The stories `microinf explain` tells of one post, one creator or one number, read from the lake and the published tables."""
