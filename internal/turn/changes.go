package turn

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"sync"
	"time"

	"github.com/debate-chatbot/debate-api/internal/debate"
)

const (
	// changeOverlap is how far back changes are looked for again: clocks of replicas
	// differ, and a transaction commits some time after it took its time.
	changeOverlap = 15 * time.Second
	// changeLimit is how many debates may have changed for their changes to be told
	// one by one.
	changeLimit = 200
	// maxTold is how many of the latest changes a cursor remembers as told. Who goes on
	// after more than that within changeOverlap is told some twice.
	maxTold = 128
	// How often changes are looked for that nobody told of: at once where there is no
	// Live, and at leisure where there is.
	changePoll, changePollLive = 2 * time.Second, 10 * time.Second
	// changePause is the least time between two looks.
	changePause = 200 * time.Millisecond
	// maxFollowers is how many may follow the changes of one owner here at once.
	maxFollowers = 32
	// sweepChangesEvery is how often changes that are told no more are forgotten.
	sweepChangesEvery = time.Hour
)

var errTooManyFollowers = &debate.Error{
	Reason:     debate.RateLimited,
	Message:    "as many as may already follow the changes of this API key, or of its user; close one of those streams",
	RetryAfter: 10 * time.Second,
}

// followers are those who follow changes in this process, by the names of owners.
type followers struct {
	mu  sync.Mutex
	all map[string]map[chan struct{}]bool
}

// join adds a follower, who is woken by the channel.
func (f *followers) join(owner string) (wake chan struct{}, leave func(), err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.all[owner]) >= maxFollowers {
		return nil, nil, errTooManyFollowers
	}
	if f.all[owner] == nil {
		f.all[owner] = make(map[chan struct{}]bool)
	}
	wake = make(chan struct{}, 1)
	f.all[owner][wake] = true
	return wake, func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		if delete(f.all[owner], wake); len(f.all[owner]) == 0 {
			delete(f.all, owner)
		}
	}, nil
}

// any reports whether there is one.
func (f *followers) any() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.all) > 0
}

// wake has an owner's look for changes.
func (f *followers) wake(owner string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for wake := range f.all[owner] {
		select {
		case wake <- struct{}{}:
		default:
		}
	}
}

// changed tells all who follow an owner's changes, here and on other replicas, that
// there is one. It waits for nothing.
func (s *Service) changed(owner debate.Owner) {
	if s.cfg.Live == nil && !s.followers.any() {
		return
	}
	name := nameOf(owner)
	s.followers.wake(name)
	if s.cfg.Live != nil {
		s.cfg.Live.Changed(name)
	}
}

// nameOf is an owner's name among followers, which says nothing of who that is.
func nameOf(owner debate.Owner) string {
	hash := sha256.Sum256([]byte(owner.Key + "\x00" + owner.User))
	return hex.EncodeToString(hash[:8])
}

// FollowChanges tells what happens to the owner's debates after a place, until ctx
// ends or the service drains. It begins with debate.Reload where the place is the
// zero one, or so old or full that not all since can be told. An error comes only
// before anything was told, or is the sink's own.
func (s *Service) FollowChanges(ctx context.Context, owner debate.Owner, after debate.ChangeCursor, tell debate.ChangeSink) error {
	wake, leave, err := s.followers.join(nameOf(owner))
	if err != nil {
		return err
	}
	defer leave()
	f := &changeFollower{store: s.cfg.Store, owner: owner, tell: tell}
	if err := f.begin(ctx, after); err != nil {
		return err
	}
	heartbeat := time.NewTicker(heartbeatEvery)
	defer heartbeat.Stop()
	poll, stop := s.pollChanges()
	defer stop()
	for warned := false; ; {
		select {
		case <-wake:
		case <-poll:
		case <-heartbeat.C:
			if err := tell(nil, f.cursor(f.since)); err != nil {
				return err
			}
			continue
		case <-s.drained:
			return nil
		case <-ctx.Done():
			return nil
		}
		began := time.Now()
		err := f.look(ctx)
		switch {
		case f.gone != nil:
			return f.gone
		case err != nil && ctx.Err() == nil && !warned:
			s.cfg.Log.WarnContext(ctx, "changes not readable while they are followed; it is tried again", "error", err)
			warned = true
		}
		// Whose debates change all the time has the database busy for a small part of it.
		select {
		case <-time.After(max(changePause, 20*time.Since(began))):
		case <-s.drained:
		case <-ctx.Done():
		}
	}
}

// pollChanges ticks when changes are to be looked for that nobody told of, which is
// never where the store pauses while nobody asks it.
func (s *Service) pollChanges() (tick <-chan time.Time, stop func()) {
	if s.cfg.SweepOnce {
		return nil, func() {}
	}
	every := changePoll
	if s.cfg.Live != nil {
		every = changePollLive
	}
	poll := time.NewTicker(every)
	return poll.C, poll.Stop
}

// toldChange is a change that was told, and when it happened: unknown of those that a
// cursor names until the first look.
type toldChange struct {
	key uint32
	at  time.Time
}

// changeFollower is one reader's place in an owner's changes.
type changeFollower struct {
	store debate.Store
	owner debate.Owner
	tell  debate.ChangeSink
	// since is the time up to which all were told, and told are those after it.
	since time.Time
	told  []toldChange
	gone  error // the sink's
}

// begin tells what happened since a place.
func (f *changeFollower) begin(ctx context.Context, after debate.ChangeCursor) error {
	now := time.Now()
	if after.Since.Before(now.Add(-debate.ChangesKept + time.Hour)) {
		f.since = now.Add(-changeOverlap)
		return f.skip(ctx)
	}
	f.since = after.Since
	if latest := now.Add(-changeOverlap); f.since.After(latest) {
		f.since = latest
	}
	for _, key := range after.Told {
		f.told = append(f.told, toldChange{key: key})
	}
	if err := f.tell(nil, after); err != nil {
		return err
	}
	return f.look(ctx)
}

// skip takes all changes so far as told, and has the reader read anew.
func (f *changeFollower) skip(ctx context.Context) error {
	changes, all, err := f.store.Changes(ctx, f.owner, f.since, changeLimit)
	if err != nil {
		return err
	}
	if !all {
		f.since = time.Now()
	}
	f.told = nil
	for _, c := range changes {
		f.told = append(f.told, toldChange{c.Key(), c.At})
	}
	return f.say(&debate.Change{Kind: debate.Reload, At: time.Now()}, f.since)
}

func (f *changeFollower) say(c *debate.Change, since time.Time) error {
	f.gone = f.tell(c, f.cursor(since))
	return f.gone
}

// look tells the changes that were not told.
func (f *changeFollower) look(ctx context.Context) error {
	now := time.Now()
	changes, all, err := f.store.Changes(ctx, f.owner, f.since, changeLimit)
	if err != nil {
		return err
	}
	if !all {
		return f.skip(ctx)
	}
	for _, c := range changes {
		if f.knows(c) {
			continue
		}
		f.told = append(f.told, toldChange{c.Key(), c.At})
		if err := f.say(&c, f.sinceAt(c.At, now)); err != nil {
			return err
		}
	}
	f.since = f.sinceAt(now, now)
	kept := f.told[:0]
	for _, t := range f.told {
		if t.at.After(f.since) {
			kept = append(kept, t)
		}
	}
	f.told = kept
	return nil
}

// knows reports whether a change was told, and notes its time.
func (f *changeFollower) knows(c debate.Change) bool {
	key := c.Key()
	for i, t := range f.told {
		if t.key == key {
			f.told[i].at = c.At
			return true
		}
	}
	return false
}

// sinceAt is up to where all were told once those up to a time were.
func (f *changeFollower) sinceAt(at, now time.Time) time.Time {
	if at.After(now) { // by a clock that is fast
		at = now
	}
	if since := at.Add(-changeOverlap); since.After(f.since) {
		return since
	}
	return f.since
}

// cursor is the place with all told up to since, and after it those that were.
func (f *changeFollower) cursor(since time.Time) debate.ChangeCursor {
	c := debate.ChangeCursor{Since: since}
	for _, t := range f.told {
		if t.at.IsZero() || t.at.After(since) {
			c.Told = append(c.Told, t.key)
		}
	}
	c.Told = c.Told[max(0, len(c.Told)-maxTold):]
	return c
}
