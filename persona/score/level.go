package score

import (
	"database/sql/driver"
	"iter"
	"time"

	"github.com/lifecycle-go/lifecycle/internal/enum"
)

// Level is how a customer is, in one word. The zero value is unknown.
type Level uint8

// The levels.
const (
	LevelUnknown Level = iota
	LevelPoor
	LevelConcerning
	LevelHealthy
)

var levels = enum.New[Level]("score", "Level", "unknown", "poor", "concerning", "healthy")

// String returns the name of the level.
func (l Level) String() string { return levels.String(l) }

// MarshalText returns the name of the level.
func (l Level) MarshalText() ([]byte, error) { return levels.Marshal(l) }

// UnmarshalText reads the name of a level.
func (l *Level) UnmarshalText(text []byte) error { return levels.Unmarshal(l, text) }

// Scan reads the name of a level from an SQL column; NULL is unknown.
func (l *Level) Scan(src any) error { return levels.Scan(l, src) }

// Value returns the name of the level for an SQL column.
func (l Level) Value() (driver.Value, error) { return levels.Value(l) }

// levels are the thresholds with their defaults, as rules of two grades.
func (h *Health) levels() LeadRules {
	if h.Concerning == (Threshold{}) && h.Healthy == (Threshold{}) {
		return LeadRules{MQL: Threshold{At: 50, Margin: 3}, SQL: Threshold{At: 75, Margin: 3}}
	}
	return LeadRules{MQL: h.Concerning, SQL: h.Healthy}
}

// Next returns the level of a customer who had one level and now has a score. A
// level is reached at its threshold and lost only below threshold less margin.
// A score that is not defined leaves the level as it is.
func (h Health) Next(current Level, s HealthScore) Level {
	if !s.Defined {
		return current
	}
	grade := GradeLead
	if current > LevelPoor {
		grade = Grade(current - LevelPoor)
	}
	return LevelPoor + Level(h.levels().Next(grade, s.Value))
}

// LevelChange is a customer whose level changed.
type LevelChange struct {
	At    time.Time `json:"at"`
	From  Level     `json:"from"`
	To    Level     `json:"to"`
	Score float64   `json:"score"`
}

// Changes yields the changes of level along a customer's scores in order of
// time, beginning with an unknown level.
func (h Health) Changes(scores iter.Seq[HealthScore]) iter.Seq[LevelChange] {
	return func(yield func(LevelChange) bool) {
		if scores == nil {
			return
		}
		level := LevelUnknown
		for s := range scores {
			next := h.Next(level, s)
			if next != level && !yield(LevelChange{s.At, level, next, s.Value}) {
				return
			}
			level = next
		}
	}
}
