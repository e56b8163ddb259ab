package journey

import (
	"iter"
	"maps"
	"slices"
)

// Parts yields the customers of each key of ReplayOptions.Key, in order of the
// keys, as a replay of their own: by persona, by segment, by month of arrival.
// Every customer of the log is in one part, those without an event that counts
// too, so that what the parts count adds up to what the whole counts; Duplicates,
// which belong to no customer, are the whole's alone. Each part is replayed when it is yielded. Without a Key the whole is
// the one part, and its key is empty.
func (r *Replay) Parts() iter.Seq2[string, *Replay] {
	return func(yield func(string, *Replay) bool) {
		if r.d == nil {
			return
		}
		if r.options.Key == nil {
			yield("", r)
			return
		}
		members := map[string][]uint32{}
		for c := range r.cols.customers() {
			k := r.options.Key(r.cols.customer(c))
			members[k] = append(members[k], uint32(r.cols.place(c)))
		}
		o := r.options
		o.Key = nil
		for _, key := range slices.Sorted(maps.Keys(members)) {
			cols := *r.cols
			cols.picks = members[key]
			part, err := r.d.replay(&cols, r.rules, o)
			if err != nil {
				return // a guard that fails only now is not pure
			}
			if !yield(key, part) {
				return
			}
		}
	}
}
