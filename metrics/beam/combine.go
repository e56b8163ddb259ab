package beam

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
)

// mergeFn is the CombineFn of all aggregates. Its accumulator is bytes, for what
// else Beam is given it encodes by its own rules, and drops what it cannot see:
// frames of aggregates, each with its rank. Sixteen of one rank are merged into
// one of the next, so that each aggregate is decoded and merged a few times,
// however many there are.
type mergeFn struct {
	Work string
}

const fan = 16

var errFrame = errors.New("not an accumulator")

func (f *mergeFn) CreateAccumulator() []byte { return []byte{} }

func (f *mergeFn) AddInput(acc, aggregate []byte) ([]byte, error) {
	return f.compact(appendFrame(acc, 0, aggregate))
}

func (f *mergeFn) MergeAccumulators(a, b []byte) ([]byte, error) {
	return f.compact(append(a, b...))
}

func (f *mergeFn) ExtractOutput(acc []byte) ([]byte, error) {
	frames, err := framesOf(acc)
	if err != nil {
		return nil, f.wrap(err)
	}
	if len(frames) == 0 {
		return nil, f.wrap(errors.New("nothing to merge"))
	}
	list := make([][]byte, len(frames))
	for i := range frames {
		list[i] = frames[i].aggregate
	}
	return f.merge(list)
}

func (f *mergeFn) wrap(err error) error { return fmt.Errorf("beam: %s: merge: %w", f.Work, err) }

func (f *mergeFn) merge(list [][]byte) ([]byte, error) {
	e, err := works.get(f.Work)
	if err != nil {
		return nil, err
	}
	out, err := e.merge(list)
	if err != nil {
		return nil, f.wrap(err)
	}
	return out, nil
}

// compact merges where there are enough frames of a rank.
func (f *mergeFn) compact(acc []byte) ([]byte, error) {
	frames, err := framesOf(acc)
	if err != nil {
		return nil, f.wrap(err)
	}
	var count [math.MaxUint8 + 1]int
	full := false
	for _, fr := range frames {
		count[fr.rank]++
		full = full || count[fr.rank] >= fan
	}
	if !full {
		return acc, nil
	}
	for rank := range len(count) - 1 {
		for count[rank] >= fan {
			var list [][]byte
			rest := frames[:0]
			for _, fr := range frames {
				if int(fr.rank) == rank && len(list) < fan {
					list = append(list, fr.aggregate)
				} else {
					rest = append(rest, fr)
				}
			}
			one, err := f.merge(list)
			if err != nil {
				return nil, err
			}
			frames = append(rest, frame{byte(rank + 1), one}) //nolint:gocritic // rest is what is left of frames
			count[rank] -= fan
			count[rank+1]++
		}
	}
	var out []byte
	for _, fr := range frames {
		out = appendFrame(out, fr.rank, fr.aggregate)
	}
	return out, nil
}

type frame struct {
	rank      byte
	aggregate []byte
}

func appendFrame(b []byte, rank byte, aggregate []byte) []byte {
	b = append(b, rank)
	b = binary.AppendUvarint(b, uint64(len(aggregate)))
	return append(b, aggregate...)
}

func framesOf(b []byte) ([]frame, error) {
	var out []frame
	for len(b) > 0 {
		n, w := binary.Uvarint(b[1:])
		if w <= 0 || n > uint64(len(b)-1-w) {
			return nil, fmt.Errorf("%w: %d bytes after %d frames", errFrame, len(b), len(out))
		}
		from := 1 + w
		out = append(out, frame{b[0], b[from : from+int(n) : from+int(n)]})
		b = b[from+int(n):]
	}
	return out, nil
}
