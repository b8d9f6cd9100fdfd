package server_test

import (
	"context"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/debate-chatbot/debate-api/internal/debate"
	"github.com/debate-chatbot/debate-api/internal/server"
)

const rpcPath = "/debate.v1.DebateService/"

// asAna makes a call of hers and reads fields of the answer.
func asAna(t *testing.T, h *harness, method, body string, into any) {
	t.Helper()
	response, text := ask(t, "POST", h.url+rpcPath+method, body, "Content-Type", "application/json", "X-API-Key", "alice", "X-User-Id", "ana")
	if response.StatusCode != http.StatusOK {
		t.Fatalf("%s: %d %s", method, response.StatusCode, text)
	}
	if err := json.Unmarshal([]byte(text), into); err != nil {
		t.Fatal(err)
	}
}

// sharedDebate is a debate of ana's, judged and shared.
func sharedDebate(t *testing.T, h *harness) (id, path string) {
	t.Helper()
	var made struct{ Conversation struct{ ID string } }
	asAna(t, h, "Chat", `{"topic":"Tea beats coffee","message":"Tea beats coffee, since <script>alert(1)</script> \"tea\" calms people."}`, &made)
	id = made.Conversation.ID
	asAna(t, h, "JudgeConversation", `{"conversationId":"`+id+`"}`, &struct{}{})
	var share struct{ Path string }
	asAna(t, h, "ShareConversation", `{"conversationId":"`+id+`"}`, &share)
	return id, share.Path
}

// A browser says what it accepts as the HTML standard has it, and a person cannot read JSON.
func TestWhoFollowsADeadLinkIsToldInAPage(t *testing.T) {
	h := open(t, new(script))
	const browser = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"
	eventually(t, "it is ready", func() bool {
		response, _ := ask(t, "GET", h.url+"/ready", "")
		return response.StatusCode == http.StatusOK
	})
	for path, c := range map[string]struct {
		method string
		status int
		says   string
	}{
		"/s/gone":               {"GET", 404, "may have taken it back."},
		"/s/gone/vote":          {"POST", 400, "whole number from -3 to 3"},
		"/nowhere":              {"GET", 404, "There is no page at this address."},
		"/docs/none":            {"GET", 404, "There is no page at this address."},
		"/chat":                 {"GET", 405, "takes POST"},
		"/conversations/1.pdf":  {"GET", 404, ".md, .json, .argdown or .mmd"},
		"/conversations/<b>":    {"DELETE", 405, "takes GET"},
		"/turns/<script>/event": {"GET", 404, "There is no page"},
	} {
		response, text := ask(t, c.method, h.url+path, "", "Accept", browser, "Content-Type", "application/x-www-form-urlencoded")
		policy := response.Header.Get("Content-Security-Policy")
		if response.StatusCode != c.status || response.Header.Get("Content-Type") != "text/html; charset=utf-8" || !strings.Contains(policy, "default-src 'none'") ||
			!strings.Contains(text, c.says) || !strings.Contains(text, `<a href=".`) || strings.Contains(text, "<script") || !slices.Equal(response.Header.Values("Vary"), []string{"Accept"}) {
			t.Errorf("%s: %d %v %s", path, response.StatusCode, response.Header, text)
		}
		for _, program := range []string{"", "*/*", "application/json"} {
			response, text := ask(t, c.method, h.url+path, "", "Accept", program, "Content-Type", "application/x-www-form-urlencoded")
			if response.StatusCode != c.status || !strings.HasPrefix(text, `{"error":"`) {
				t.Errorf("%s, to a program that accepts %q: %d %s", path, program, response.StatusCode, text)
			}
		}
	}
	// Clients of OpenAI's contract, and calls of services, keep their forms.
	for path, form := range map[string]string{"/v1/none": `{"error":{"message"`, rpcPath + "None": `{"code":"unimplemented"`} {
		if _, text := ask(t, "POST", h.url+path, "{}", "Accept", browser, "Content-Type", "application/json"); !strings.HasPrefix(text, form) {
			t.Errorf("%s: %s", path, text)
		}
	}
}

func TestASharedDebateIsReadByAnybodyAndShowsNothingOfItsOwner(t *testing.T) {
	h := open(t, new(script), withKeys)
	id, path := sharedDebate(t, h)
	response, text := ask(t, "GET", h.url+path, "")
	if response.StatusCode != http.StatusOK || !strings.Contains(text, "Cats schlafen besser") || !strings.Contains(text, "&lt;script&gt;alert(1)") ||
		!strings.Contains(text, "Verdict") || !strings.Contains(text, "rules, which count") || strings.Contains(text, "<script") {
		t.Errorf("%d %s", response.StatusCode, text)
	}
	for name, want := range map[string]string{
		"Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
		"X-Robots-Tag":            "noindex, nofollow", "Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Frame-Options": "DENY",
		"X-Content-Type-Options": "nosniff", "Content-Type": "text/html; charset=utf-8",
	} {
		if got := response.Header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if !strings.Contains(text, `<meta name="robots" content="noindex, nofollow">`) || !strings.Contains(text, `content="`+h.url+path+`/preview.svg"`) {
		t.Errorf("the head: %s", text)
	}
	for _, secret := range []string{"alice", "ana", id} {
		if strings.Contains(strings.ReplaceAll(text, "analyst", ""), `"`+secret) || strings.Contains(text, ">"+secret) || secret == id && strings.Contains(text, id) {
			t.Errorf("the page shows %q", secret)
		}
	}
	picture, svg := ask(t, "GET", h.url+path+"/preview.svg", "")
	if picture.StatusCode != http.StatusOK || picture.Header.Get("Content-Type") != "image/svg+xml" || !strings.Contains(svg, "Tea") {
		t.Errorf("the picture: %d %s", picture.StatusCode, svg)
	}
	for d := xml.NewDecoder(strings.NewReader(svg)); ; {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatalf("the picture is no XML: %v\n%s", err, svg)
		}
	}
	if style, css := ask(t, "GET", h.url+"/s/style.css", ""); style.StatusCode != http.StatusOK || !strings.HasPrefix(style.Header.Get("Content-Type"), "text/css") || !strings.Contains(css, "body") {
		t.Errorf("the style: %d", style.StatusCode)
	}
	if log := h.log.String(); strings.Contains(log, strings.TrimPrefix(path, "/s/")) {
		t.Error("the log has the token")
	}
}

// Understory's pull request 18 and nanobot's 4328 ask for pages below a path that a proxy takes off;
// Traefik's StripPrefix says in X-Forwarded-Prefix what it took. A browser resolves a link
// against the address that it shows, by RFC 3986.
func TestAllPagesWorkBelowAPathOfTheirHost(t *testing.T) {
	h := open(t, new(script), withKeys)
	_, path := sharedDebate(t, h)
	to, err := url.Parse(h.url)
	if err != nil {
		t.Fatal(err)
	}
	const below = "/tools/debate"
	front := httptest.NewServer(http.StripPrefix(below, &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(to)
		r.Out.Host = r.In.Host
		r.Out.Header.Set("X-Forwarded-Prefix", below)
	}}))
	t.Cleanup(front.Close)
	links := regexp.MustCompile(`(?:href|src|action|content)="((?:http://|[.]|/|[a-z]+[./])[^"# ]*)"`)
	seen := make(map[string]bool)
	for _, page := range []string{"/docs", "/docs/", path, path + "/", path + "?voted", "/nowhere", "/nowhere/", "/nowhere/at/all?x=/a/b", "/s/gone"} {
		response, text := ask(t, "GET", front.URL+below+page, "", "Accept", "text/html")
		at, err := url.Parse(front.URL + below + page)
		if response.StatusCode == http.StatusMovedPermanently {
			if at, err = at.Parse(response.Header.Get("Location")); err == nil {
				response, text = ask(t, "GET", at.String(), "", "Accept", "text/html")
			}
		}
		if err != nil {
			t.Fatal(err)
		}
		found := links.FindAllStringSubmatch(text, -1)
		if len(found) < 3 {
			t.Errorf("%s: %d, with the links %q", page, response.StatusCode, found)
		}
		for _, link := range found {
			leads, err := at.Parse(link[1])
			if err != nil {
				t.Fatal(err)
			}
			if seen[leads.String()] {
				continue
			}
			seen[leads.String()] = true
			if response, _ := ask(t, "GET", leads.String(), ""); response.StatusCode != http.StatusOK && response.StatusCode != http.StatusMethodNotAllowed {
				t.Errorf("%s leads by %s to %s: %d", page, link[1], leads, response.StatusCode)
			}
		}
	}
	for _, page := range []string{"/docs/docs.css", "/openapi.yaml", "/s/style.css", "/icon.svg", path + "/vote", path + "/preview.svg", "/"} {
		if !seen[front.URL+below+page] {
			t.Errorf("no page leads to %s, of %v", page, slices.Sorted(maps.Keys(seen)))
		}
	}
}

func TestReadersVoteAndTheSumsAreShown(t *testing.T) {
	h := open(t, new(script), withKeys)
	_, path := sharedDebate(t, h)
	form := []string{"Content-Type", "application/x-www-form-urlencoded"}
	for _, vote := range []string{"before=-1&after=2", "before=0&after=0"} {
		response, text := ask(t, "POST", h.url+path+"/vote", vote, form...)
		if response.StatusCode != http.StatusSeeOther || response.Header.Get("Location") != "../../"+path[1:]+"?voted" {
			t.Errorf("%s: %d %s", vote, response.StatusCode, text)
		}
	}
	if _, text := ask(t, "GET", h.url+path+"?voted", ""); !strings.Contains(text, "2 readers: -0.5 before, +1.0 after") || !strings.Contains(text, "1 moved") || strings.Contains(text, "<form") {
		t.Errorf("%s", text)
	}
	for _, wrong := range []string{"", "before=1", "before=4&after=0", "before=x&after=0", "before=0&after=-4", "before=" + strings.Repeat("1", 4000)} {
		if response, _ := ask(t, "POST", h.url+path+"/vote", wrong, form...); response.StatusCode != http.StatusBadRequest {
			t.Errorf("%.20s: %d", wrong, response.StatusCode)
		}
	}
	if response, _ := ask(t, "GET", h.url+path+"/vote", ""); response.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("GET of a vote: %d", response.StatusCode)
	}
	if response, _ := ask(t, "POST", h.url+path, "", form...); response.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("POST of the page: %d", response.StatusCode)
	}
}

func TestWhatIsNotSharedAnyMoreIsGone(t *testing.T) {
	for name, end := range map[string]string{"unshared": "UnshareConversation", "deleted": "DeleteConversation"} {
		t.Run(name, func(t *testing.T) {
			h := open(t, new(script), withKeys)
			id, path := sharedDebate(t, h)
			asAna(t, h, end, `{"conversationId":"`+id+`"}`, &struct{}{})
			for _, gone := range []string{path, path + "/preview.svg", "/s/nonsense", "/s/" + id, "/s/%00"} {
				response, text := ask(t, "GET", h.url+gone, "")
				if response.StatusCode != http.StatusNotFound || strings.Contains(text, "Cats") {
					t.Errorf("%s: %d %s", gone, response.StatusCode, text)
				}
			}
			if response, _ := ask(t, "POST", h.url+path+"/vote", "before=0&after=0", "Content-Type", "application/x-www-form-urlencoded"); response.StatusCode != http.StatusNotFound {
				t.Errorf("a vote: %d", response.StatusCode)
			}
		})
	}
}

// perPage lets one request of each reader pass.
type perPage map[debate.Owner]int

func (p perPage) Allow(_ context.Context, owner debate.Owner) time.Duration {
	if p[owner]++; p[owner] > 1 && strings.HasPrefix(owner.Key, "/s/") {
		return time.Second
	}
	return 0
}

func TestOnePageThatManyReadHoldsUpNoOther(t *testing.T) {
	h := open(t, new(script), withKeys, func(c *server.Config) { c.Limiter = perPage{} })
	_, first := sharedDebate(t, h)
	_, second := sharedDebate(t, h)
	for path, want := range map[string][2]int{first: {200, 429}, second: {200, 429}} {
		for n, status := range want {
			if response, _ := ask(t, "GET", h.url+path, ""); response.StatusCode != status {
				t.Errorf("request %d of %s: %d, want %d", n+1, path, response.StatusCode, status)
			}
		}
	}
	if response, _ := ask(t, "GET", h.url+"/s/nonsense", ""); response.StatusCode != http.StatusNotFound {
		t.Errorf("a page that is not there: %d", response.StatusCode)
	}
}
