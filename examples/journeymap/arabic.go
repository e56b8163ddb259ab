package main

import (
	"github.com/lifecycle-go/lifecycle/journey/journeymap"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// words are names of the plan in Arabic.
var words = map[string]string{
	"Article": "مقال", "Website": "الموقع", "Pricing page": "صفحة الأسعار", "Demo call": "مكالمة عرض", "Offer": "عرض السعر", "Trial sign-up": "التسجيل في التجربة",
	"Sample project": "مشروع نموذجي", "Tips by mail": "نصائح بالبريد", "Subscription": "الاشتراك", "Kick-off": "اجتماع الانطلاق", "Data import": "استيراد البيانات",
	"First plan": "أول خطة", "Weekly use": "الاستخدام الأسبوعي", "Support chat": "محادثة الدعم", "Satisfaction survey": "استبيان الرضا", "Quarterly review": "مراجعة ربع سنوية",
	"Renewal": "التجديد", "Community": "المجتمع", "Upgrade": "الترقية", "Referral": "التوصية", "Case study": "قصة نجاح", "Win-back mail": "رسالة استعادة",
	"Marketing": "التسويق", "Sales": "المبيعات", "Product": "المنتج", "Customer success": "نجاح العملاء", "Support": "الدعم", "Account management": "إدارة الحسابات",
	"awareness": "الوعي", "consideration": "الدراسة", "decision": "القرار", "trial": "التجربة", "onboarding": "التهيئة", "adoption": "التبنّي",
	"retention": "الاستبقاء", "expansion": "التوسع", "advocacy": "المناصرة", "churned": "غادر", "acquisition": "الاكتساب", "customer": "عميل", "churn": "المغادرون",
}

func word(name string) string {
	if w, ok := words[name]; ok {
		return w
	}
	return name
}

func all(names []string) []string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = word(n)
	}
	return out
}

// arabic is a catalogue whose names are Arabic.
func arabic(c touchpoint.Catalogue) touchpoint.Catalogue {
	for i := range c.Touchpoints {
		t := &c.Touchpoints[i]
		t.Name, t.Owner, t.LeadsTo = word(t.Name), word(t.Owner), all(t.LeadsTo)
	}
	return c
}

// translate puts a map's names, owners and titles into Arabic, and leaves its sentences
// out.
func translate(m *journeymap.Map) {
	m.Language = "ar"
	if m.Purpose == purpose {
		m.Purpose = "تحديد ما يجب إصلاحه أولًا بين التجربة والتجديد الأول."
	}
	each(m.Stages, func(s *journeymap.Stage) {
		s.Goal, s.Actions, s.Needs, s.Pains = nil, nil, nil, nil // sentences stay out, names are translated
		s.Owner.Accountable, s.Owner.Contributing = all(s.Owner.Accountable), all(s.Owner.Contributing)
		for i := range s.Touchpoints {
			t := &s.Touchpoints[i]
			t.Name, t.LeadsTo, t.Owner.Accountable = word(t.Name), all(t.LeadsTo), all(t.Owner.Accountable)
		}
	})
	arabicTitles(m)
}

func arabicTitles(m *journeymap.Map) {
	each(m.Stages, func(s *journeymap.Stage) {
		s.Title = word(s.Name)
		if m.Basis == journeymap.Actuals {
			s.Goal = nil
		}
	})
}
