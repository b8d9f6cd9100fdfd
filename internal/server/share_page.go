package server

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"

	"github.com/debate-chatbot/debate-api/internal/debate"
	"github.com/debate-chatbot/debate-api/internal/flow"
	"github.com/debate-chatbot/debate-api/internal/rpc"
)

// The page of a shared debate and the picture for previews of links to it are written
// by elements, each of which escapes what stands in it. Package html/template would
// keep every method of every package in the binary, since it calls them by name.

// nodes is the page.
func (p sharedPage) nodes() g.Node {
	return h.Doctype(h.HTML(h.Lang(p.Language),
		p.head(),
		h.Body(h.Main(h.Data("bot", p.BotSide),
			h.Header(
				h.H1(g.Text(p.Title)),
				g.If(p.Topic != p.Title, h.P(h.Class("motion"), g.Text(p.Topic))),
				g.If(p.Topic != "", h.P(g.Text(p.sides()))),
			),
			p.debate(),
			p.flow(),
			g.Iff(p.Verdict != nil, p.verdict),
			p.vote(),
		)),
	))
}

func (p sharedPage) head() g.Node {
	property := func(name, content string) g.Node {
		return h.Meta(g.Attr("property", "og:"+name), h.Content(content))
	}
	return h.Head(
		h.Meta(h.Charset("utf-8")),
		h.Meta(h.Name("viewport"), h.Content("width=device-width, initial-scale=1")),
		h.Meta(h.Name("robots"), h.Content("noindex, nofollow")),
		h.TitleEl(g.Text(p.Title)),
		h.Meta(h.Name("description"), h.Content(p.Summary)),
		property("type", "article"), property("title", p.Title), property("description", p.Summary),
		property("image", p.Image), property("image:width", "1200"), property("image:height", "630"),
		h.Meta(h.Name("twitter:card"), h.Content("summary_large_image")),
		h.Link(h.Rel("icon"), h.Href(p.Root+"icon.svg"), h.Type("image/svg+xml")),
		h.Link(h.Rel("stylesheet"), h.Href(p.Root+"s/style.css")),
	)
}

func (p sharedPage) sides() string {
	if p.Duel {
		return p.T("Two models debate: %s argues for it, %s against it.", p.For(), p.Against())
	}
	return p.T(p.Sides)
}

// section is one with a heading, which has the id.
func section(id, heading string, content ...g.Node) g.Node {
	return h.Section(g.Attr("aria-labelledby", id), h.H2(h.ID(id), g.Text(heading)), g.Group(content))
}

// said is what somebody said, in a paragraph that runs the way that its script does.
func said(text string, attributes ...g.Node) g.Node {
	return h.P(h.Dir("auto"), g.Group(attributes), g.Text(text))
}

// otherLetters are languages that are not written in Latin ones.
var otherLetters = strings.Fields("ar be bg el fa he hi ja kk ko mk mr ne ps ru sr th ug uk ur yi yue zh")

// spokenIn is the language of a text of a debate: the debate's, or none that is known where
// only one of them is written in Latin letters.
func spokenIn(text, language string) string {
	letters, latin := 0, 0
	for _, r := range text {
		if unicode.IsLetter(r) {
			letters++
		}
		if unicode.Is(unicode.Latin, r) {
			latin++
		}
	}
	own, _, _ := strings.Cut(language, "-")
	if letters > 0 && (2*latin >= letters) == slices.Contains(otherLetters, own) {
		return ""
	}
	return language
}

func (p sharedPage) debate() g.Node {
	return h.Section(h.Aria("label", p.T("The debate")),
		g.Map(p.Turns, func(t debate.Turn) g.Node {
			return h.Article(h.ID("turn-"+strconv.Itoa(t.Number)),
				h.H2(g.Text(p.T("Turn %d", t.Number))),
				h.Div(h.Class("user"), h.H3(g.Text(p.User)), said(t.Message, h.Lang(spokenIn(t.Message, p.Spoken)))),
				h.Div(h.Class("bot"), h.H3(g.Text(p.Bot)), said(t.Reply, h.Lang(spokenIn(t.Reply, p.Spoken)))),
			)
		}),
		g.If(len(p.Turns) == 0, h.P(g.Text(p.T("Nothing was said yet.")))),
	)
}

// link leads to a turn or point of the page.
func link(kind, id, text string) g.Node { return h.A(h.Href("#"+kind+"-"+id), g.Text(text)) }

// speaker links to the turn in which somebody spoke.
func (p sharedPage) speaker(of debate.Speaker, turn int) g.Node {
	return link("turn", strconv.Itoa(turn), p.T(string(of)+", turn %d", turn))
}

func (p sharedPage) flow() g.Node {
	if len(p.Points) == 0 {
		return nil
	}
	places := make(map[string]string, len(p.Points)) // as the list numbers them
	for i, point := range p.Points {
		places[point.ID] = strconv.Itoa(i + 1)
	}
	links := func(ids []string, text string) g.Node {
		return g.Map(ids, func(id string) g.Node { return g.Group{g.Text(" "), link("point", id, p.T(text, places[id]))} })
	}
	return section("flow", p.T("Flow"), h.Ol(h.Class("flow"), g.Map(p.Points, func(point flow.Point) g.Node {
		return h.Li(h.Class(string(point.Speaker)+" "+string(point.Status)), h.ID("point-"+point.ID),
			p.speaker(point.Speaker, point.Turn), g.Text(" "),
			h.Span(h.Dir("auto"), g.Text(point.Text)), g.Text(" "), h.Em(g.Text(p.T(string(point.Status)))),
			links(point.Answers, "answers %s"), links(point.Concedes, "grants %s"),
		)
	})))
}

func (p sharedPage) verdict() g.Node {
	v := p.Verdict
	return section("verdict", p.T("Verdict"),
		h.P(h.Class("outcome"), g.Text(p.Outcome(v.Winner)+".")),
		h.P(g.Text(p.T("Through turn %d, judged by %s.", v.ThroughTurn, p.T(flow.JudgeName(v.Judge))))),
		g.Map(v.Clashes, func(c debate.Clash) g.Node {
			return h.Article(
				h.H3(h.Dir("auto"), g.Text(c.Title)),
				said(p.Outcome(c.Winner)+": "+c.Reason),
				g.Map(c.Quotes, func(q debate.Quote) g.Node {
					return h.BlockQuote(said(q.Text), h.Footer(p.speaker(q.Speaker, q.Turn)))
				}),
			)
		}),
		g.If(v.BestCase != "", g.Group{h.H3(g.Text(p.T("The best case for the other side"))), said(v.BestCase)}),
	)
}

func (p sharedPage) vote() g.Node {
	if p.Voted {
		return section("vote", p.T("Did it move you?"), p.votes(), h.P(h.Role("status"), g.Text(p.T("Your vote was counted."))))
	}
	return section("vote", p.T("Did it move you?"), p.votes(), h.Form(h.Method("post"), h.Action(p.Root+rpc.SharePath(url.PathEscape(p.Token))[1:]+"/vote"),
		p.scale("before", p.T("I agreed before:")),
		p.scale("after", p.T("I agree now:")),
		h.P(h.Button(g.Text(p.T("Vote")))),
	))
}

func (p sharedPage) votes() g.Node {
	v := p.Votes
	switch {
	case v == nil:
		return nil
	case v.Count == 1:
		return h.P(g.Text(p.T("1 reader: %s before, %s after, from −3 to +3.", v.Before, v.After)))
	default:
		return h.P(g.Text(p.T("%d readers: %s before, %s after, on average, from −3 to +3; %d moved.", v.Count, v.Before, v.After, v.Moved)))
	}
}

func (p sharedPage) scale(name, label string) g.Node {
	var options []g.Node
	for opinion := -3; opinion <= 3; opinion++ {
		text := map[int]string{-3: p.T("−3, not at all"), -2: "−2", -1: "−1", 0: p.T("0, neither"), 1: "+1", 2: "+2", 3: p.T("+3, fully")}[opinion]
		options = append(options, h.Option(h.Value(strconv.Itoa(opinion)), g.If(opinion == 0, h.Selected()), g.Text(text)))
	}
	return h.P(h.Label(g.Text(label+" "), h.Select(h.Name(name), g.Group(options))))
}

// preview is the picture: a few lines, and one below them.
func preview(lines []string, below string) g.Node {
	box := func(attributes ...string) g.Node { return svg("rect", attributes, nil) }
	texts := []g.Node{}
	for i, line := range lines {
		texts = append(texts, svg("text", []string{"x", "600", "y", strconv.Itoa(200 + 72*i), "font-size", "56", "font-weight", "700"}, g.Text(line)))
	}
	texts = append(texts, svg("text", []string{"x", "600", "y", "560", "font-size", "34", "fill", "#cbd5e1"}, g.Text(below)))
	return svg("svg", []string{"xmlns", "http://www.w3.org/2000/svg", "width", "1200", "height", "630", "viewBox", "0 0 1200 630"}, g.Group{
		box("width", "1200", "height", "630", "fill", "#0f172a"),
		box("width", "24", "height", "630", "fill", "#2563eb"),
		box("x", "1176", "width", "24", "height", "630", "fill", "#b45309"),
		svg("g", []string{"fill", "#f8fafc", "font-family", "system-ui, sans-serif", "text-anchor", "middle"}, g.Group(texts)),
	})
}

// svg is an element with attributes: a name, its value, and so on.
func svg(name string, attributes []string, content g.Node) g.Node {
	nodes := []g.Node{content}
	for pair := range slices.Chunk(attributes, 2) {
		nodes = append(nodes, g.Attr(pair[0], pair[1:]...))
	}
	return g.El(name, nodes...)
}

func (s *Server) writeShared(w http.ResponseWriter, kind string, page g.Node) {
	header := w.Header()
	header.Set("Content-Type", kind)
	header.Set("Content-Security-Policy", sharePolicy)
	header.Set("Referrer-Policy", "no-referrer")
	header.Set("X-Frame-Options", "DENY")
	if err := page.Render(w); err != nil {
		s.config.Log.Debug(fmt.Sprintf("show a shared debate: %v", err)) // whoever is gone cannot be told
	}
}
