package phrase

import (
	"cmp"
	"slices"
	"strings"
)

// trie has the phrases of a lexicon, word by word: small, and without a pointer in it.
type trie struct {
	roots []int32 // by word id, the node that it leads to, 0 for none
	// nodes are in such an order that the children of each follow each other, by their
	// words, and those of the next node follow them.
	nodes []node
	lists []classList // of classes, those that several nodes have only once
}

// node is a place in the trie. Its children end where those of the next one begin.
type node struct {
	word     int32 // that leads to it
	children int32
	list     int32 // of the phrases that end here
}

// classList is a class that has a phrase, and in which languages: one of a list, which ends
// before the first of no language.
type classList struct {
	class int32
	langs langSet
}

// seal makes the trie of what was added, and forgets what only patterns needed.
func (l *Lexicon) seal() {
	l.trie = l.newTrie()
	l.names = make([]string, len(l.widest))
	for name := range l.entries {
		l.names[l.classes["@"+name]] = "=" + name
	}
	named := make(map[string]int32, len(l.entries))
	for name := range l.entries {
		named["@"+name] = l.classes["@"+name]
	}
	l.classes = named
	collapsed := l.collapsed
	l.collapsed = make(map[string]int32)
	for short, id := range collapsed {
		if l.vocabulary[short] != id {
			l.collapsed[short] = id
		}
	}
	all := strings.Join(l.words, "") // so that the files they are from are not kept
	l.vocabulary = make(map[string]int32, len(l.words))
	for id, w := range l.words {
		l.words[id], all = all[:len(w)], all[len(w):]
		l.vocabulary[l.words[id]] = int32(id)
	}
	l.making = nil
}

// newTrie orders the nodes.
func (m *making) newTrie() trie {
	type child struct{ parent, word, node int32 }
	children := make([]child, 0, len(m.edges))
	for e, to := range m.edges {
		children = append(children, child{e.node, e.word, to})
	}
	slices.SortFunc(children, func(a, b child) int { return cmp.Or(cmp.Compare(a.parent, b.parent), cmp.Compare(a.word, b.word)) })
	first := make([]int32, len(m.ends)+1) // by parent
	for _, c := range children {
		first[c.parent+1]++
	}
	for i := range m.ends {
		first[i+1] += first[i]
	}
	t := trie{roots: make([]int32, len(m.firsts)), nodes: make([]node, 1, len(m.ends)+1), lists: make([]classList, 1)}
	order := make([]int32, 1, len(m.ends)) // as they were numbered
	known := make(map[string]int32)
	add := func(word, old int32) {
		order = append(order, old)
		t.nodes = append(t.nodes, node{word: word, list: t.list(m, m.ends[old], known)})
	}
	for word, old := range m.firsts {
		if old != 0 {
			t.roots[word] = int32(len(t.nodes))
			add(int32(word), old)
		}
	}
	t.nodes[0].children = int32(len(t.nodes))
	for at := 1; at < len(order); at++ {
		t.nodes[at].children = int32(len(t.nodes))
		for _, c := range children[first[order[at]]:first[order[at]+1]] {
			add(c.word, c.node)
		}
	}
	t.nodes = append(t.nodes, node{children: int32(len(t.nodes))})
	t.lists = slices.Clip(t.lists)
	return t
}

// list is where the list of phrases is that begins with one.
func (t *trie) list(m *making, end int32, known map[string]int32) int32 {
	if end == 0 {
		return 0
	}
	var key []byte
	from := len(t.lists)
	for ; end != 0; end = m.phrases[end].next {
		p := m.phrases[end]
		t.lists = append(t.lists, classList{p.class, p.langs})
		key = append(key, byte(p.class), byte(p.class>>8), byte(p.class>>16), byte(p.langs), byte(p.langs>>8))
	}
	if at, ok := known[string(key)]; ok {
		t.lists = t.lists[:from]
		return at
	}
	known[string(key)] = int32(from)
	t.lists = append(t.lists, classList{})
	return int32(from)
}

// classesAt are those that have a phrase which ends at a node.
func (t *trie) classesAt(at int32) []classList {
	from := t.nodes[at].list
	to := from
	for t.lists[to].langs != 0 {
		to++
	}
	return t.lists[from:to]
}

// leaf says whether no phrase goes on behind a node.
func (t *trie) leaf(at int32) bool { return t.nodes[at].children == t.nodes[at+1].children }

// child is the node that a word leads to from another, 0 if there is none.
func (t *trie) child(at, word int32) int32 {
	from, to := t.nodes[at].children, t.nodes[at+1].children
	for from < to {
		switch mid := (from + to) / 2; {
		case t.nodes[mid].word == word:
			return mid
		case t.nodes[mid].word < word:
			from = mid + 1
		default:
			to = mid
		}
	}
	return 0
}
