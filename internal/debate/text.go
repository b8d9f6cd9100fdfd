package debate

import "strings"

// WithoutDirections is text without the characters that turn the direction of all that
// follows until another one ends it: in a part of a text, which may have lost that one, they
// would turn what stands after it. Marks that end by themselves stay.
func WithoutDirections(text string) string {
	return strings.Map(func(c rune) rune {
		if c >= '\u202a' && c <= '\u202e' || c >= '\u2066' && c <= '\u2069' {
			return -1
		}
		return c
	}, text)
}
