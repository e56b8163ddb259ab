package law

import (
	"iter"
	"slices"
)

// Off is a byte of an encoding that is another one now.
type Off struct {
	At    int
	Value byte
}

// OneByteOff yields an encoding with each of its bytes changed into each other
// value, the place first. The bytes are those of the last call until the next.
func OneByteOff(whole []byte) iter.Seq2[Off, []byte] {
	return func(yield func(Off, []byte) bool) {
		bad := slices.Clip(slices.Clone(whole)) // what is appended to it is a copy
		for i, is := range whole {
			for v := range 256 {
				if bad[i] = byte(v); bad[i] != is && !yield(Off{i, bad[i]}, bad) {
					return
				}
			}
			bad[i] = is
		}
	}
}
