package ledger

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/internal/law"
)

// Names and slots are maps that can go back: what was numbered since is gone,
// and what was there before is found as before.
func TestLaw_NamesGoBack(t *testing.T) {
	t.Parallel()
	back, crowded := 0, 0
	law.Check(t, func(t *rapid.T) {
		n, s := newNames(), newSlots()
		if rapid.Bool().Draw(t, "split") {
			n.index.split(n.hashOf)
			s.rest.split(s.hashOf)
		}
		type key struct {
			owner uint32
			text  string
		}
		var said []string
		var levels []key
		named, levelled := map[string]uint32{}, map[key]uint32{}
		for range rapid.IntRange(1, 12).Draw(t, "steps") {
			if rapid.IntRange(0, 3).Draw(t, "back") == 0 {
				back++
				to := rapid.IntRange(0, len(said)).Draw(t, "to")
				n.truncate(to)
				for _, w := range said[to:] {
					delete(named, w)
				}
				said = said[:to]
				to = rapid.IntRange(0, len(levels)).Draw(t, "to")
				s.truncate(to, 99)
				for _, k := range levels[to:] {
					delete(levelled, k)
				}
				levels = levels[:to]
			}
			for range rapid.IntRange(0, 40).Draw(t, "more") {
				w := fmt.Sprint(rapid.IntRange(0, 60).Draw(t, "word"))
				i, fresh, err := n.number(w, n.hash(w))
				require.NoError(t, err)
				known, ok := named[w]
				require.Equal(t, !ok, fresh)
				if fresh {
					known = uint32(len(said))
					named[w], said = known, append(said, w)
				}
				require.Equal(t, known, i)

				k := key{uint32(rapid.IntRange(0, 2).Draw(t, "owner")), w}
				i, fresh, err = s.number(k.owner, k.text)
				require.NoError(t, err)
				known, ok = levelled[k]
				require.Equal(t, !ok, fresh)
				if fresh {
					known = uint32(len(levels))
					levelled[k], levels = known, append(levels, k)
				}
				require.Equal(t, known, i)
			}
			crowded += min(1, s.rest.parts[0].n)
			for w := range 62 {
				_, ok := n.find(fmt.Sprint(w))
				_, want := named[fmt.Sprint(w)]
				require.Equal(t, want, ok)
				for o := range uint32(4) {
					i, ok := s.find(o, fmt.Sprint(w))
					at, want := levelled[key{o, fmt.Sprint(w)}]
					require.Equal(t, want, ok)
					require.Equal(t, at, i*uint32(sign(ok)))
				}
			}
			require.Equal(t, len(said), n.len())
			require.Equal(t, len(levels), s.len())
		}
	}, law.Counters{"back": &back, "crowded": &crowded})
}

// TestLaw_SortedByName: names with much in common, zeros at their ends and the
// empty one are sorted as bytes are.
func TestLaw_SortedByName(t *testing.T) {
	t.Parallel()
	drawn := law.Drawn{}
	law.Check(t, func(t *rapid.T) {
		l := &Ledger{customers: newNames()}
		prefix := rapid.SampledFrom([]string{"", "c", "customer_of_"}).Draw(t, "prefix")
		var names []string
		var custs []uint32
		for range rapid.IntRange(0, 30).Draw(t, "names") {
			s := prefix + rapid.StringMatching(`[ab\x00\xff]{0,3}`).Draw(t, "a") + rapid.SampledFrom([]string{"", "\x00", "aaaaaaaa", "\xff\xff\xff\xff\xff\xff\xff\xff\xff"}).Draw(t, "b") +
				rapid.StringMatching(`[ab\x00]{0,2}`).Draw(t, "c")
			n, isNew, err := l.customers.number(s, l.customers.hash(s))
			require.NoError(t, err)
			if isNew {
				names, custs = append(names, s), append(custs, n)
			}
			if len(s) > len(prefix)+8 {
				drawn["beyond eight"]++
			}
		}
		l.sortByName(custs)
		slices.Sort(names)
		for i, c := range custs {
			require.Equal(t, names[i], l.customers.string(c))
		}
	}, drawn.Need("beyond eight"))
}
