package config

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// otherNames are those by which other programs read what is read here by another one:
// LiteLLM, LangChain and aider have OPENAI_API_BASE, Open WebUI OPENAI_API_BASE_URL, and
// hosts hand out a database's address as POSTGRES_URL.
var otherNames = map[string]string{
	"OPENAI_API_BASE": "OPENAI_BASE_URL", "OPENAI_API_BASE_URL": "OPENAI_BASE_URL", "OPENAI_API_HOST": "OPENAI_BASE_URL",
	"POSTGRES_URL": "DATABASE_URL", "POSTGRESQL_URL": "DATABASE_URL", "PG_URL": "DATABASE_URL", "DB_URL": "DATABASE_URL",
}

// Misnamed says of an environment's variables ("NAME=value") which nothing reads though one
// is nearly called so, and is not set: a setting that is written wrong would else be none.
func Misnamed(environ []string) (warnings []string) {
	known := variables()
	set := make(map[string]bool, len(environ))
	for _, entry := range environ {
		name, value, _ := strings.Cut(entry, "=")
		set[name] = value != ""
	}
	for name, filled := range set {
		if _, read := known[name]; read || !filled || strings.HasPrefix(name, "OTEL_") {
			continue
		}
		if meant := meantBy(name); meant != "" && !set[meant] {
			warnings = append(warnings, fmt.Sprintf("%s is set, which nothing reads; %s is read", name, meant))
		}
	}
	slices.Sort(warnings)
	return warnings
}

// meantBy is the variable that a name stands for which is none, if one is near it.
func meantBy(name string) string {
	plain := func(name string) string { return strings.NewReplacer("_", "", "-", "").Replace(strings.ToUpper(name)) }
	nearest, least := "", 3
	for variable := range variables() {
		away, most := distance(plain(name), plain(variable)), 0
		switch n := len(variable); {
		case n >= 12:
			most = 2
		case n >= 8:
			most = 1
		}
		if away <= most && (away < least || away == least && variable < nearest) {
			nearest, least = variable, away
		}
	}
	return cmp.Or(nearest, otherNames[strings.ToUpper(name)])
}

// distance is how many letters are to be put in, left out, changed or swapped with the
// next one to make one word another.
func distance(a, b string) int {
	rows := make([][]int, len(a)+1)
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			changed := 1
			if a[i-1] == b[j-1] {
				changed = 0
			}
			rows[i][j] = min(rows[i-1][j]+1, rows[i][j-1]+1, rows[i-1][j-1]+changed)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				rows[i][j] = min(rows[i][j], rows[i-2][j-2]+1)
			}
		}
	}
	return rows[len(a)][len(b)]
}
