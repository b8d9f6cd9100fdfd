package turn

// HashOf tells tests what a request's hash is.
func HashOf(parts ...string) []byte { return hashOf(parts...) }
