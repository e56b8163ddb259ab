package words

// Arabic returns the Arabic words.
func Arabic() Set {
	return Set{
		Language: "ar", RTL: true,
		Kinds: []string{
			"الوضع الحالي", "الوضع المستقبلي", "يوم في حياة العميل", "مخطط الخدمة", "تهيئة العميل", "خريطة الفرص",
			"خريطة حسب الشخصية", "رحلة مصغّرة",
		},
		Lanes: []string{
			"", "الوقت", "السياق", "الهدف", "أفعال العميل", "القرارات", "المعلومات المطلوبة", "نقاط التواصل", "الأفكار",
			"المشاعر", "المسار الدرامي", "نقاط الألم", "ما وراء الكواليس", "العمليات المساندة", "الفرص", "المراحل المنجزة", "مؤشرات الأداء", "المسؤول", "الفجوة",
		},
		Evidence:        []string{"مفترض", "أفاد به العملاء", "مرصود"},
		Bases:           []string{"مرسومة", "مخططة", "فعلية", "المخطط مقابل الفعلي"},
		Deviations:      []string{"كما هو مخطط", "تم تخطيها", "غير مخططة", "خارج الترتيب"},
		InitiativeKinds: []string{"غير محدد", "تقنية", "إجراء", "ميزة", "نقطة تواصل"},
		States:          []string{"مقترحة", "متفق عليها", "قيد التنفيذ", "منجزة", "ملغاة"},
		Changes:         []string{"", "استحداث", "إيقاف", "تغيير", "إعادة ترتيب"},
		Days:            []string{"يوم", "يوم", "يوم", "أيام", "يومًا", "يوم"},
		Hours:           []string{"ساعة", "ساعة", "ساعة", "ساعات", "ساعة", "ساعة"},
		Minutes:         []string{"دقيقة", "دقيقة", "دقيقة", "دقائق", "دقيقة", "دقيقة"},
		Stage:           "المرحلة", Touchpoint: "نقطة التواصل", Channel: "القناة", Persona: "الشخصية", Segment: "الشريحة", Period: "الفترة",
		Customers: "عميل", Purpose: "الغرض", Agreed: "وافق عليها", Accountable: "المسؤول", Contributing: "المساهمون",
		Customer: "العميل", LeadsTo: "يقود إلى", With: "مع بلوغها", Without: "دون بلوغها", Nobody: "لا أحد", Several: "أكثر من جهة", Wait: "انتظار", Approval: "موافقة", Target: "المستهدف", Value: "القيمة",
		LineOfVisibility: "خط الرؤية", MomentOfTruth: "لحظة الحقيقة", Legend: "مفتاح الخريطة", Delight: "لحظة سرور", Frustration: "لحظة إحباط",
		Entered: "دخلوا", Onward: "تقدّموا", Median: "الوسيط", P90: "المئين 90", Dropped: "انسحبوا", Reached: "بلغوها",
		Blocked: "مرفوض", Peak: "وقت الذروة",
		Goals: "الأهداف", Metric: "المقياس", From: "من", To: "إلى", By: "الموعد", Owner: "المسؤول", How: "الطريقة", Progress: "التقدم",
		Expected: "المتوقع", OnTrack: "على المسار", Behind: "متأخر", Unsure: "ضمن هامش الخطأ",
		Handoffs: "التسليم بين الفرق", ServiceLevel: "مستوى الخدمة", Late: "المتأخر", Overdue: "تجاوز الموعد", Responsibilities: "المسؤوليات",
		Audit: "تدقيق المحتوى", Question: "السؤال", Answered: "مُجاب", Missing: "ناقص", Content: "المحتوى",
		Comments: "التعليقات", Open: "مفتوح", Resolved: "محسوم", Initiatives: "المبادرات", Kind: "النوع", State: "الحالة", Due: "الاستحقاق",
		Gap: "الفجوة", Rank: "الترتيب", Gain: "المكسب", Safe: "المكسب المؤكد", Rate: "المعدل", Paths: "المسارات الشائعة", Pruned: "استُبعد لندرته",
		Share: "النسبة", Count: "العدد", Planned: "المخطط", Actual: "الفعلي", AsTable: "الخريطة في جدول", Skip: "انتقل إلى المحتوى",
		Difference: "الفرق", Variants: "النسخ", Figures: "الأرقام", Steps: "الخطوات", After: "بعد",
		Summary:   "{kind}: {n} مراحل من «{first}» إلى «{last}».",
		Questions: translated(arabic),
	}
}
