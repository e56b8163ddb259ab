package kit_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/metrics/billing/importer"
	"github.com/lifecycle-go/lifecycle/metrics/billing/internal/kit"
)

// TestNote_Period: both ends or none; what a record says of one end alone, or in
// the wrong order, is found at its field.
func TestNote_Period(t *testing.T) {
	t.Parallel()
	const early, late = "2026-03-10", "2026-04-10"
	for name, c := range map[string]struct {
		from, to kit.Text
		period   string
		left     bool
		finding  string
	}{
		"both":          {early, late, early + " " + late, false, ""},
		"none":          {"", "", "0001-01-01 0001-01-01", false, ""},
		"an instant":    {early, early, early + " " + early, false, ""},
		"no beginning":  {"", late, "0001-01-01 0001-01-01", false, "warning missing-time from"},
		"no end":        {early, "", "0001-01-01 0001-01-01", false, "warning missing-time to"},
		"reversed":      {late, early, "", true, "fault end-before-start to"},
		"unread from":   {"soon", late, "", true, "fault malformed from"},
		"unread to":     {early, "soon", "", true, "fault malformed to"},
		"unread of one": {"", "soon", "", true, "fault malformed to"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, err := kit.NewSession("test", importer.Options{})
			require.NoError(t, err)
			from, to, ok := s.Note("il_1").Period("from", c.from, "to", c.to)
			assert.Equal(t, c.left, !ok)
			if ok {
				assert.Equal(t, c.period, from.Format("2006-01-02")+" "+to.Format("2006-01-02"))
			}
			var found strings.Builder
			for _, f := range s.Findings() {
				found.WriteString(f.Severity.String() + " " + string(f.Code) + " " + f.Field)
			}
			assert.Equal(t, c.finding, found.String())
		})
	}
}
