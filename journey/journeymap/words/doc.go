// Package words has the fixed words of customer-journey maps, those that stand
// in every picture and page, in English, Arabic and Thai, and takes those of
// other languages.
//
//	w := words.English()
//	w.Lanes[3] = "What they want"
//	picture, err := m.SVG(journeymap.Options{Words: w})
//
// A map's own texts come from whoever wrote it. A Set for another language
// begins as a copy of one that is here; what it leaves empty is English.
package words
