package law_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/lifecycle-go/lifecycle/internal/law"
)

// Every other value of every byte, one at a time.
func TestOneByteOff(t *testing.T) {
	whole := []byte{0, 7, 255}
	seen := map[string]bool{}
	for off, bad := range law.OneByteOff(whole) {
		differ := 0
		for i := range whole {
			if bad[i] != whole[i] {
				differ++
				assert.Equal(t, law.Off{At: i, Value: bad[i]}, off)
			}
		}
		assert.Equal(t, 1, differ)
		seen[string(bad)] = true
	}
	assert.Len(t, seen, 3*255)
	assert.Equal(t, []byte{0, 7, 255}, whole)
	for range law.OneByteOff(whole) {
		break
	}
}
