package bench

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/debate-chatbot/debate-api/internal/cache/redistest"
	"github.com/debate-chatbot/debate-api/internal/gate"
	"github.com/debate-chatbot/debate-api/internal/store/pgtest"
)

// opinion is what somebody says, one of 576: nobody says the same twice, and what the service knows of a text that it
// has just read would be of no use.
func opinion() string {
	return ofDogs[rand.N(len(ofDogs))] + ", and " + ofAllCats + " " + ofCats[rand.N(len(ofCats))] + "."
}

// ofAllCats is in every opinion.
const ofAllCats = "a cat does not care whether you"

var (
	ofDogs = []string{
		"Dogs show you what they feel", "A dog waits at the window until evening", "My neighbour trained hers in three weeks", "Rescue teams have worked with dogs for a century",
		"Walking one twice a day keeps old people fit", "Children learn to be gentle with a puppy", "No burglar likes the sound of barking", "Blind people cross busy streets with theirs",
		"Dogs know hundreds of words", "Yours will follow you into the coldest lake", "A terrier on the farm catches more rats", "They can smell a low sugar level before anybody sees it",
		"Everybody in the park talks to you when you have one", "Sheep need somebody who drives them home", "A sad man with a spaniel gets out of bed", "Police in my town find lost children with them",
		"Puppies ask for nothing but a ball and an hour", "Dogs forgive a bad day at once", "Even the smallest one guards the pram", "In the mountains they dig people out of the snow",
		"Hospitals let them visit the ward on Sundays", "They read a face better than most of my colleagues", "Ten thousand years beside us have changed them", "Mine learned to ring a bell when she wants to go out",
	}
	ofCats = []string{
		"come home", "feed it or a stranger does", "call its name", "are ill", "had a long day at work", "sleep or want to", "move to another town", "are the one who saved it",
		"liked that sofa", "sit down or leave", "keep a bird as well", "have guests for dinner", "want company", "lock the door", "bought the expensive food", "are allergic",
		"need the keyboard", "put up curtains yesterday", "cry", "sing", "go away for a month", "paint the kitchen", "own the house", "tell it no",
	}
)

// A turn that the gate answers is none of those that are measured.
func TestEveryOpinionIsDebated(t *testing.T) {
	g, err := gate.New()
	if err != nil {
		t.Fatal(err)
	}
	for _, first := range ofDogs {
		for _, second := range ofCats {
			message := first + ", and " + ofAllCats + " " + second + "."
			for _, before := range [][]string{nil, {message}} {
				if v := g.Check(gate.Input{Message: message, Topic: topicOfAll, Side: gate.Con, Before: before}); v.Stops() || v.Help() != "" {
					t.Errorf("%q is %s of %s", message, v.Kind, v.Category)
				}
			}
		}
	}
}

// talker holds one conversation after another with a server.
type talker struct {
	http         *http.Client
	url          string
	end          []byte // the reply's last word
	longest      int    // how many turns a conversation has
	streams      bool
	conversation string
	turns        int
}

// say takes a turn and checks that it is complete.
func (t *talker) say() error {
	if t.turns++; t.turns > t.longest {
		t.turns, t.conversation = 1, ""
	}
	ask := map[string]string{"message": opinion(), "request_id": uuid.NewString()}
	if t.conversation != "" {
		ask["conversation_id"] = t.conversation
	} else {
		ask["topic"] = topicOfAll
	}
	body, err := json.Marshal(ask)
	if err != nil {
		return err
	}
	contentType := "application/json"
	if t.streams && strings.Contains(t.url, "DebateService") {
		contentType = "application/connect+json"
		body = framed(body)
	}
	answer, err := t.http.Post(t.url, contentType, bytes.NewReader(body))
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(bufio.NewReader(answer.Body))
	if err != nil {
		return err
	}
	if answer.StatusCode != http.StatusOK || !bytes.Contains(text, t.end) || bytes.Contains(text, []byte(`"error"`)) {
		return fmt.Errorf("%s: %s", answer.Status, text)
	}
	if t.conversation == "" {
		t.conversation = conversationIn(text)
	}
	return nil
}

// framed is a message of Connect's stream.
func framed(body []byte) []byte {
	return append(binary.BigEndian.AppendUint32([]byte{0}, uint32(len(body))), body...)
}

// conversationIn is the conversation's id in an answer, of whichever form.
func conversationIn(text []byte) string {
	for _, before := range []string{`"conversation_id":"`, `"conversation":{"id":"`} {
		if _, rest, ok := bytes.Cut(bytes.ReplaceAll(text, []byte(": "), []byte(":")), []byte(before)); ok {
			id, _, _ := bytes.Cut(rest, []byte(`"`))
			return string(id)
		}
	}
	return ""
}

// system is something that takes turns, and the servers whose CPU it uses besides its own.
type system struct {
	name    string
	url     string // that is posted to
	streams bool
	pid     int
	servers []int
}

// crowd is clients of a system that each hold a conversation, and are at different
// places in it.
func (s system) crowd(b *testing.B, n, longest int, end string) []*talker {
	transport := &http.Transport{MaxIdleConnsPerHost: n, DisableCompression: true}
	b.Cleanup(transport.CloseIdleConnections)
	all := make([]*talker, n)
	for i := range all {
		all[i] = &talker{http: &http.Client{Transport: transport}, url: s.url, streams: s.streams, end: []byte(end), longest: longest, turns: i * longest / n}
	}
	return all
}

// take has a crowd take turns for a while, or so many each, and says how many.
func take(b *testing.B, all []*talker, while time.Duration, most int) int64 {
	var turns atomic.Int64
	var talking sync.WaitGroup
	began := time.Now()
	for _, t := range all {
		talking.Go(func() {
			for n := 0; time.Since(began) < while && n < most; n++ {
				if err := t.say(); err != nil {
					b.Error(err)
					return
				}
				turns.Add(1)
			}
		})
	}
	talking.Wait()
	return turns.Load()
}

// usage is what a system did in its rounds.
type usage struct {
	rate, own, servers []float64 // turns a second, and ms of CPU a turn
}

// compare has systems take turns in rounds, one after the other, so that all meet the
// same noise.
func compare(b *testing.B, systems []system, clients, longest int, end string) map[string]usage {
	const round = 700 * time.Millisecond
	rounds, err := strconv.Atoi(cmp.Or(os.Getenv("ROUNDS"), "5"))
	if err != nil {
		b.Fatal(err)
	}
	crowds := make([][]*talker, len(systems))
	for i, s := range systems {
		crowds[i] = s.crowd(b, clients, longest, end)
		take(b, crowds[i], time.Minute, longest) // each is somewhere in a conversation that began here
	}
	found := make(map[string]usage)
	for n := range rounds {
		order := systems
		if n%2 == 1 {
			order = slices.Clone(systems)
			slices.Reverse(order)
		}
		for _, s := range order {
			i := slices.IndexFunc(systems, func(t system) bool { return t.name == s.name })
			own, servers := cpuOf(b, s.pid), s.serversUsed(b)
			began := time.Now()
			turns := float64(take(b, crowds[i], round, 1<<30))
			took := time.Since(began).Seconds()
			own, servers = cpuOf(b, s.pid)-own, s.serversUsed(b)-servers
			u := found[s.name]
			u.rate, u.own, u.servers = append(u.rate, turns/took), append(u.own, ms(own)/turns), append(u.servers, ms(servers)/turns)
			found[s.name] = u
			if b.Failed() {
				b.FailNow()
			}
		}
	}
	return found
}

func (s system) serversUsed(b *testing.B) (used time.Duration) {
	for _, pid := range s.servers {
		used += cpuOf(b, pid)
	}
	return used
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// The systems that take turns, over one PostgreSQL and two Redis servers.
const (
	leastName    = "least"
	postgresName = "PostgreSQL"
	checkedName  = "PostgreSQL + check"
	redisName    = "PostgreSQL + Redis"
	sqliteName   = "SQLite"
	ancestorName = "ancestor"
	syncedName   = "ancestor, synced"

	librariesName = "libraries"

	// As BEFORE has them, which is this test built from another commit.
	beforeName        = "PostgreSQL before"
	checkedBeforeName = "PostgreSQL + check before"
	sqliteBeforeName  = "SQLite before"
)

// bench are the systems, by the route that they are asked by.
type bench struct {
	model    *provider
	url      string
	services map[string]process
	servers  map[string][]int
}

// newBench starts the systems that are named.
func newBench(b *testing.B, model *provider, names []string) bench {
	b.Helper()
	url := model.serve(b)
	databaseURL := pgtest.NewDatabase(b)
	redis, synced := redistest.Start(b), redistest.Start(b)
	if err := synced.Client().ConfigSet(b.Context(), "appendonly", "yes").Err(); err != nil {
		b.Fatal(err)
	}
	if err := synced.Client().ConfigSet(b.Context(), "appendfsync", "always").Err(); err != nil {
		b.Fatal(err)
	}
	pg := postmaster(b, databaseURL)
	service := func(settings map[string]string) process {
		all := map[string]string{"DATA_DIR": b.TempDir(), "MODERATION": "off", "STANCE_GUARD": "off", "OPENAI_API_KEY": "sk-bench", "OPENAI_BASE_URL": url + "/v1", "MAX_CONNECTIONS": "20000"}
		maps.Copy(all, settings)
		return start(b, "service", all)
	}
	r := bench{model: model, url: url, services: map[string]process{}, servers: map[string][]int{
		leastName: {pg}, librariesName: {pg}, postgresName: {pg}, beforeName: {pg}, checkedName: {pg}, checkedBeforeName: {pg}, redisName: {pg, redisPID(b, redis)}, ancestorName: {redisPID(b, redis)}, syncedName: {redisPID(b, synced)},
	}}
	for _, name := range names {
		switch name {
		case postgresName:
			r.services[name] = service(map[string]string{"DATABASE_URL": databaseURL})
		case checkedName:
			r.services[name] = service(map[string]string{"DATABASE_URL": databaseURL, "STANCE_GUARD": "on"})
		case redisName:
			r.services[name] = service(map[string]string{"DATABASE_URL": databaseURL, "REDIS_URL": redis.URL()})
		case sqliteName:
			r.services[name] = service(map[string]string{})
		case beforeName:
			r.services[name] = service(map[string]string{"DATABASE_URL": databaseURL, programSetting: os.Getenv("BEFORE")})
		case checkedBeforeName:
			r.services[name] = service(map[string]string{"DATABASE_URL": databaseURL, "STANCE_GUARD": "on", programSetting: os.Getenv("BEFORE")})
		case sqliteBeforeName:
			r.services[name] = service(map[string]string{programSetting: os.Getenv("BEFORE")})
		case leastName:
			r.services[name] = start(b, "least", map[string]string{"DATABASE_URL": databaseURL, "BENCH_MODEL": url})
		case librariesName:
			r.services[name] = start(b, "libraries", map[string]string{"DATABASE_URL": databaseURL, "BENCH_MODEL": url})
		case ancestorName:
			r.services[name] = start(b, "ancestor", map[string]string{"REDIS_URL": redis.URL(), "BENCH_MODEL": url})
		case syncedName:
			r.services[name] = start(b, "ancestor", map[string]string{"REDIS_URL": synced.URL(), "BENCH_MODEL": url})
		default:
			b.Fatalf("no system is called %q", name)
		}
	}
	return r
}

func redisPID(b *testing.B, s *redistest.Server) int {
	info, err := s.Client().Info(b.Context(), "server").Result()
	if err != nil {
		b.Fatal(err)
	}
	_, pid, _ := strings.Cut(info, "process_id:")
	n, err := strconv.Atoi(strings.Fields(pid)[0])
	if err != nil {
		b.Fatal(err)
	}
	return n
}

// systems are those named, asked by a route of the service's.
func (r bench) systems(path string, streams bool, names ...string) []system {
	all := make([]system, len(names))
	for i, name := range names {
		p := r.services[name]
		all[i] = system{name: name, url: p.url + path, streams: streams, pid: p.pid, servers: r.servers[name]}
		if name == leastName || name == ancestorName || name == syncedName {
			all[i].url = p.url + "/"
			if streams {
				all[i].url += "stream"
			}
		}
	}
	return all
}

const (
	chatPath   = "/debate.v1.DebateService/Chat"
	streamPath = "/debate.v1.DebateService/ChatStream"
	kopiPath   = "/chat"
)

// BenchmarkTurns takes turns as people do: replies of 120 and of 18 words, debates of
// 5, 20 and 100 turns, by each route. It logs a table.
func BenchmarkTurns(b *testing.B) {
	every := []string{leastName, postgresName, checkedName, redisName, sqliteName, ancestorName, syncedName} // libraries only where SYSTEMS names it
	durable := []string{leastName, postgresName, redisName, sqliteName}
	only := strings.Split(os.Getenv("TURNS"), ",")
	if names := os.Getenv("SYSTEMS"); names != "" {
		every = strings.Split(names, ",")
		durable = every
	}
	for _, said := range []struct {
		words int
		cells []cell
	}{
		{120, []cell{
			{"unary", chatPath, false, 5, 16, every}, {"unary", chatPath, false, 20, 32, durable}, {"unary", chatPath, false, 100, 16, every},
			{"streamed", streamPath, true, 20, 16, durable}, {"Kopi", kopiPath, false, 20, 16, durable},
		}},
		{18, []cell{{"unary", chatPath, false, 20, 32, every}}},
	} {
		b.Run(fmt.Sprintf("%d words", said.words), func(b *testing.B) {
			model := newProvider(said.words, 0)
			r := newBench(b, model, every)
			for b.Loop() {
				for _, c := range said.cells {
					if only[0] != "" && !slices.Contains(only, fmt.Sprint(c.route, c.turns)) {
						continue
					}
					found := compare(b, r.systems(c.path, c.streams, c.systems...), c.clients, c.turns, model.words[said.words-1])
					fmt.Println(c.table(said.words, found))
				}
			}
			b.ReportMetric(0, "ns/op")
		})
	}
}

// cell is one thing that is measured.
type cell struct {
	route, path    string
	streams        bool
	turns, clients int
	systems        []string
}

func (c cell) table(words int, found map[string]usage) string {
	var t strings.Builder
	fmt.Fprintf(&t, "%d words, %s, debates of %d turns, %d clients\n", words, c.route, c.turns, c.clients)
	fmt.Fprintf(&t, "| %-18s | CPU ms a turn | of its servers | turns/s | CPU ÷ %[2]s | turns/s ÷ %[2]s |\n", "", c.systems[0])
	first := found[c.systems[0]]
	for _, name := range c.systems {
		u := found[name]
		fmt.Fprintf(&t, "| %-18s | %.2f | %.2f | %.0f | %.2f | %.2f |\n", name, median(u.own), median(u.servers), median(u.rate), ratio(u.own, first.own), ratio(u.rate, first.rate))
	}
	return t.String()
}

// ratio is the median of the rounds' ratios.
func ratio(these, those []float64) float64 {
	all := make([]float64, len(these))
	for i := range these {
		all[i] = these[i] / those[i]
	}
	return median(all)
}

func median[T int64 | float64 | time.Duration](all []T) T {
	all = slices.Clone(all)
	slices.Sort(all)
	return all[len(all)/2]
}
