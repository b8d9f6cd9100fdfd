package phrase

import (
	_ "embed" // for the words
	"sync"

	"go.yaml.in/yaml/v3"
)

//go:embed base.yaml
var baseFile []byte

// Base are the words that every lexicon begins with: the languages, their
// commonest words, and short forms.
var Base = sync.OnceValue(func() Words {
	var w Words
	if err := yaml.Unmarshal(baseFile, &w); err != nil {
		panic("phrase: base.yaml: " + err.Error())
	}
	return w
})
