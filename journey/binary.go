package journey

import (
	"math"

	"github.com/lifecycle-go/lifecycle/internal/pack"
)

// binaryReader reads the fields of a binary form until something is wrong.
type binaryReader struct{ *pack.Framed }

func unframe(data []byte, magic string, version byte) (binaryReader, error) {
	r, err := pack.Unframe(data, magic, version)
	return binaryReader{r}, err
}

func bitsOf(f float64) uint64  { return math.Float64bits(f) }
func floatOf(b uint64) float64 { return math.Float64frombits(b) }
