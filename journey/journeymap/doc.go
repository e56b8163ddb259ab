// Package journeymap is the customer-journey map as an artefact that comes out
// of the model and the data, not out of a drawing tool: who the customer is,
// what they meet, what they feel, where they are lost, who owns it, and what to
// do first. It renders without a browser.
//
//	m := sample.SaaS()                       // or Parse, Planned, Actual
//	if err := m.Validate(); err != nil {     // every fault with its code
//		return err
//	}
//	picture, err := m.SVG(journeymap.Options{})
//	page, err := m.HTML(journeymap.Options{})
//
// # The way of the data
//
//  1. A Map is plain data: stages in columns, lanes in rows, evidence behind
//     each entry; goals, hand-offs, content, initiatives, comments. People write
//     it as JSON, Planned derives it from a journey.Definition and a
//     touchpoint.Catalogue, Actual counts it from a touchpoint.Log, ActualBy for
//     each persona or segment.
//  2. GapOf compares a planned map with an actual one and ranks what to do first;
//     Compare gives the change of each figure between two actual ones, before
//     and after; Diff and Apply give and make the changes between two versions;
//     Between finds the steps from the current state to the future one.
//  3. Audit, Accountability, ServiceLevels, Ranked, CompareVariants and
//     Goal.Progress read what a map holds.
//  4. SVG, HTML, Markdown, Mermaid, DOT, JSON and CSV show it; Page puts several
//     into one document. Their fixed words come from journeymap/words in
//     English, Arabic or Thai, or from the caller; maps in Arabic run from right
//     to left.
//
// The eight kinds decide which lanes a map has and what Validate asks;
// journeymap/sample has one of each. Equal maps give equal bytes. Values are
// safe for any number of goroutines as long as nobody changes their slices;
// nothing reads a clock.
package journeymap
