package journey_test

import (
	"os"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What Define says of its codes is what it finds.
func TestDefine_ListsItsCodes(t *testing.T) {
	t.Parallel()
	read := func(file, pattern string) (out [][2]string) {
		src, err := os.ReadFile(file)
		require.NoError(t, err)
		for _, m := range regexp.MustCompile(pattern).FindAllStringSubmatch(string(src), -1) {
			out = append(out, [2]string{m[1], m[2]})
		}
		return out
	}
	declared := read("faults.go", `fault\.Code = "([a-z-]+)"\s+// (.+)`)
	require.Len(t, declared, 35)
	assert.Equal(t, declared, read("define.go", `(?m)^//\t([a-z-]+) +(.+)$`))
}
