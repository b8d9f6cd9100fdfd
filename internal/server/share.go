package server

import (
	"cmp"
	"context"
	"embed"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/debate-chatbot/debate-api/internal/debate"
	"github.com/debate-chatbot/debate-api/internal/flow"
	"github.com/debate-chatbot/debate-api/internal/rpc"
	"github.com/debate-chatbot/debate-api/internal/turn"
)

// Shared is where the pages of shared debates come from: turn.Service.
type Shared interface {
	Shared(ctx context.Context, token string) (turn.SharedDebate, error)
	Vote(ctx context.Context, token string, before, after int) error
}

//go:embed share/style.css
var shareFiles embed.FS

// sharePolicy lets the page show its style and picture, and send its form here:
// there is no script in it at all.
const sharePolicy = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// maxVoteBytes is the largest vote.
const maxVoteBytes = 1 << 10

// addShared serves the pages of shared debates to whoever has their tokens.
func (s *Server) addShared(to *http.ServeMux, public func(http.Handler) http.Handler) {
	if s.config.Shared == nil {
		return
	}
	ready := func(h http.Handler) http.Handler { return public(s.whenReady(h)) }
	to.Handle("/s/style.css", public(s.get("/s/style.css", serveShareStyle)))
	to.Handle("/s/{token}", ready(s.get("/s/{token}", s.serveShared)))
	to.Handle("/s/{token}/preview.svg", ready(s.get("/s/{token}/preview.svg", s.servePreview)))
	to.Handle("/s/{token}/vote", ready(http.HandlerFunc(s.takeVote)))
}

func serveShareStyle(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-cache")
	http.ServeFileFS(w, r, shareFiles, "share/style.css")
}

// sharedPage is what the page shows.
type sharedPage struct {
	turn.SharedDebate
	Token, Title, Topic, Summary, Image string
	Root                                string // where the service is, from this page
	Language                            string // of the page's own words
	Spoken                              string // of what was said
	Sides, BotSide                      string
	User, Bot                           string // what they are called
	Duel                                bool
	Votes                               *voteSum
	Voted                               bool
}

// T says something in the page's language.
func (p sharedPage) T(format string, args ...any) string {
	return shareWords(p.Language, format, args...)
}

func (p sharedPage) modelName(model string) string {
	if model == debate.BuiltInModel {
		return p.T("built-in opponent")
	}
	return model
}

// For is who argues for the motion.
func (p sharedPage) For() string {
	if p.BotSide == "for" {
		return p.Bot
	}
	return p.User
}

// Against is the other.
func (p sharedPage) Against() string {
	if p.BotSide == "for" {
		return p.User
	}
	return p.Bot
}

// Outcome is a winner in words.
func (p sharedPage) Outcome(w debate.Winner) string {
	switch {
	case p.Duel && w == debate.UserWins:
		return p.T("%s had the better of it", p.User)
	case p.Duel && w == debate.BotWins:
		return p.T("%s had the better of it", p.Bot)
	default:
		return p.T(flow.Outcome(debate.Duel{}, w))
	}
}

// voteSum is what readers thought, in sums.
type voteSum struct {
	Count, Moved  int64
	Before, After string
}

func sumVotes(votes []debate.Votes) *voteSum {
	var s voteSum
	var before, after int64
	for _, v := range votes {
		s.Count += v.Count
		before, after = before+v.Count*int64(v.Before), after+v.Count*int64(v.After)
		if v.Before != v.After {
			s.Moved += v.Count
		}
	}
	if s.Count == 0 {
		return nil
	}
	s.Before, s.After = fmt.Sprintf("%+.1f", float64(before)/float64(s.Count)), fmt.Sprintf("%+.1f", float64(after)/float64(s.Count))
	return &s
}

// shared finds the debate that a request is for, and counts the request as one of
// that page's readers; false says that it was answered with an error.
func (s *Server) shared(w http.ResponseWriter, r *http.Request) (turn.SharedDebate, bool) {
	token := r.PathValue("token")
	w.Header().Set("X-Robots-Tag", "noindex, nofollow")
	w.Header().Set("Cache-Control", "no-store")
	d, err := s.config.Shared.Shared(r.Context(), token)
	if debate.ReasonOf(err) == debate.NotFound {
		err = &debate.Error{Reason: debate.NotFound, Message: "no debate is shared here; whoever shared it may have taken it back"}
	}
	if err == nil && s.config.Limiter != nil {
		if wait := s.config.Limiter.Allow(r.Context(), debate.Owner{Key: "/s/" + token}); wait > 0 {
			err = &debate.Error{Reason: debate.RateLimited, Message: "too many people read this debate just now; wait for the time given", RetryAfter: wait}
		}
	}
	if err != nil {
		s.config.API.Refuse(w, r, err)
		return d, false
	}
	return d, true
}

func (s *Server) serveShared(w http.ResponseWriter, r *http.Request) {
	if d, ok := s.shared(w, r); ok {
		s.writeShared(w, "text/html; charset=utf-8", newSharedPage(r, d).nodes())
	}
}

// newSharedPage makes of a shared debate what its page shows.
func newSharedPage(r *http.Request, d turn.SharedDebate) sharedPage {
	c := d.Conversation
	page := sharedPage{
		SharedDebate: d, Token: r.PathValue("token"), Title: cmp.Or(c.Title, c.Topic, "A debate"), Topic: c.Topic, Language: "en", Spoken: c.Language,
		Votes: sumVotes(d.Votes), Voted: r.URL.Query().Has("voted"), Root: rpc.Root(r),
		Image: address(r) + rpc.SharePath(url.PathEscape(r.PathValue("token"))) + "/preview.svg",
		Sides: "A debate: the user argues for it, the bot against it.", BotSide: "against",
	}
	if c.Stance == debate.Pro {
		page.Sides, page.BotSide = "A debate: the user argues against it, the bot for it.", "for"
	}
	if c.Language == "es" {
		page.Language = "es"
	}
	page.User, page.Bot = page.T("User"), page.T("Bot")
	if c.Duel != (debate.Duel{}) {
		page.Duel, page.User, page.Bot = true, page.modelName(c.Duel.User), page.modelName(c.Duel.Bot)
	}
	page.Summary = page.T("A debate of %d turns.", len(d.Turns))
	if len(d.Turns) == 1 {
		page.Summary = page.T("A debate of one turn.")
	}
	if d.Verdict != nil && d.Verdict.State != debate.Completed {
		page.Verdict = nil
	}
	if page.Verdict != nil {
		page.Summary += " " + page.Outcome(page.Verdict.Winner) + "."
	}
	return page
}

func (s *Server) servePreview(w http.ResponseWriter, r *http.Request) {
	d, ok := s.shared(w, r)
	if !ok {
		return
	}
	page := newSharedPage(r, d)
	below := page.Summary
	if page.Verdict != nil {
		below = page.Outcome(page.Verdict.Winner)
	}
	s.writeShared(w, "image/svg+xml", preview(wrapped(page.Title, 32, 4), strings.TrimSuffix(below, ".")))
}

// wrapped is a text in so many lines of so many characters at most.
func wrapped(text string, width, most int) (lines []string) {
	line := []rune{}
	for word := range strings.FieldsSeq(text) {
		next := []rune(word)
		for len(next) > width { // a language without spaces
			if len(line) > 0 {
				lines, line = append(lines, string(line)), nil
			}
			lines, next = append(lines, string(next[:width])), next[width:]
		}
		if len(line) > 0 && len(line)+1+len(next) > width {
			lines, line = append(lines, string(line)), nil
		}
		if len(line) > 0 {
			line = append(line, ' ')
		}
		line = append(line, next...)
	}
	if len(line) > 0 {
		lines = append(lines, string(line))
	}
	if len(lines) > most {
		lines = lines[:most]
		lines[most-1] += "…"
	}
	return lines
}

// address is this server's as the reader's browser knows it, with the path that a proxy took
// off where the proxy says so, as Traefik does.
func address(r *http.Request) string {
	scheme, below := "http://", strings.TrimRight(r.Header.Get("X-Forwarded-Prefix"), "/")
	if r.TLS != nil || strings.EqualFold(r.Header.Get("X-Forwarded-Proto"), "https") {
		scheme = "https://"
	}
	if !strings.HasPrefix(below, "/") {
		below = ""
	}
	return scheme + r.Host + below
}

// takeVote counts a reader's opinions and shows the page again.
func (s *Server) takeVote(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost {
		s.config.API.RefuseMethod(w, r, "/s/{token}/vote", http.MethodPost)
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxVoteBytes)
	before, err := strconv.Atoi(r.PostFormValue("before"))
	after, afterErr := strconv.Atoi(r.PostFormValue("after"))
	if err != nil || afterErr != nil {
		s.config.API.Refuse(w, r, debate.Invalid("before and after", "must each be a whole number from -3 to 3"))
		return
	}
	if _, ok := s.shared(w, r); !ok {
		return
	}
	token := r.PathValue("token")
	if err := s.config.Shared.Vote(r.Context(), token, before, after); err != nil {
		s.config.API.Refuse(w, r, err)
		return
	}
	w.Header().Set("Location", rpc.Root(r)+rpc.SharePath(url.PathEscape(token))[1:]+"?voted") // http.Redirect knows no path above this server's
	w.WriteHeader(http.StatusSeeOther)
}
