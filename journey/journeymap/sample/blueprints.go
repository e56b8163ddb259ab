package sample

import (
	"time"

	"github.com/lifecycle-go/lifecycle/journey/journeymap"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

func arabicBlueprint() journeymap.Map {
	stage := func(name, goal, action, need, thought, pain string, point journeymap.Touchpoint, emotion journeymap.Emotion, back, support journeymap.Process) journeymap.Stage {
		return journeymap.Stage{
			Name: name, Goal: journeymap.Notes(goal), Actions: []journeymap.Note{{Text: action, Evidence: journeymap.Reported, N: 12}}, Needs: journeymap.Notes(need), Thoughts: journeymap.Notes(thought), Pains: []journeymap.Note{{Text: pain, Evidence: journeymap.Reported, N: 7}},
			Touchpoints: []journeymap.Touchpoint{point}, Emotion: &emotion, BackStage: []journeymap.Process{back}, Support: []journeymap.Process{support}, Owner: journeymap.Owned("خدمة العملاء", "الدعم الفني"),
		}
	}
	moment := meet("محادثة مع الدعم الفني", touchpoint.Chat, "الدعم الفني")
	moment.Moment, moment.Decision = true, "يقرر هنا إن كان سيجدّد الاشتراك"
	return journeymap.Map{
		Name: "حالة دعم في منصة «تايدوايز»", Kind: journeymap.Blueprint, Language: "ar", Segment: "شركات تضم أكثر من 50 مستخدمًا",
		Purpose: "معرفة أين تنتظر الحالة ومن ينتظرها، وخفض زمن الحل بنسبة 30 % قبل نهاية العام.",
		Stages: []journeymap.Stage{
			stage("السؤال", "إيصال المشكلة دون شرحها مرتين", "يصف المشكلة ويرفق صورة للشاشة", "كم سيستغرق الرد؟", "«أرجو ألا يطول الأمر.»", "النموذج يطلب 9 حقول",
				meet("نموذج المساعدة", touchpoint.Website, "خدمة العملاء"), journeymap.Emotion{Value: -1, Evidence: journeymap.Reported, N: 12}, journeymap.Process{Text: "تصنيف الحالة حسب القسم", Owner: "خدمة العملاء", Wait: journeymap.Duration(20 * time.Minute)}, journeymap.Process{Text: "مراجعة الباقة والسجل", Owner: "الفوترة"}),
			stage("الانتظار", "معرفة أن أحدًا يعمل على الحل", "يتحقق كل ساعة من وصول رد", "من يعمل على حالتي الآن؟", "«هل نسيني أحد؟»", "41 % من العملاء يسألون مرة ثانية خلال 6 أيام",
				meet("رسالة متابعة بالبريد", touchpoint.Email, "خدمة العملاء"), journeymap.Emotion{Value: -2, Evidence: journeymap.Reported, N: 9}, journeymap.Process{Text: "إعادة إنتاج المشكلة", Owner: "المستوى الثاني", Wait: journeymap.Days(1)}, journeymap.Process{Text: "الوصول إلى بيانات العميل", Owner: "أمن المعلومات", Wait: journeymap.Duration(6 * time.Hour), Approval: "مسؤول حماية البيانات"}),
			stage("الحل", "العودة إلى العمل اليوم", "يجرّب الحل المقترح", "هل ستتكرر المشكلة؟", "«هذا ما كنت أحتاجه.»", "الحل مكتوب بلغة تقنية",
				moment, journeymap.Emotion{Value: 1, Evidence: journeymap.Reported, N: 11}, journeymap.Process{Text: "تدوين السبب والحل", Owner: "المستوى الثاني"}, journeymap.Process{Text: "جدولة الإصلاح", Owner: "الهندسة", Wait: journeymap.Days(12), Approval: "مدير المنتج"}),
			stage("الإغلاق", "أن يُسمع رأيه", "يؤكد أن المشكلة حُلّت", "ماذا تغيّر بفضل ملاحظتي؟", "«سأوصي بهم زملائي.»", "لا أحد يخبره بما جرى لاقتراحه",
				meet("سؤال واحد داخل التطبيق", touchpoint.InApp, "المنتج"), journeymap.Emotion{Value: 1.5, Evidence: journeymap.Assumed}, journeymap.Process{Text: "إغلاق الحالة وإبلاغ مدير الحساب", Owner: "خدمة العملاء", Wait: journeymap.Days(2)}, journeymap.Process{Text: "تقرير شهري عن الأسباب", Owner: "الجودة"}),
		},
		Handoffs: []journeymap.Handoff{{From: "السؤال", To: "الانتظار", Level: journeymap.Duration(time.Hour)}, {From: "الانتظار", To: "الحل", Level: journeymap.Days(2)}},
	}
}

func thaiBlueprint() journeymap.Map {
	stage := func(name, goal, action, need, thought, pain string, point journeymap.Touchpoint, emotion journeymap.Emotion, back, support journeymap.Process) journeymap.Stage {
		return journeymap.Stage{
			Name: name, Goal: journeymap.Notes(goal), Actions: []journeymap.Note{{Text: action, Evidence: journeymap.Reported, N: 12}}, Needs: journeymap.Notes(need), Thoughts: journeymap.Notes(thought), Pains: []journeymap.Note{{Text: pain, Evidence: journeymap.Reported, N: 7}},
			Touchpoints: []journeymap.Touchpoint{point}, Emotion: &emotion, BackStage: []journeymap.Process{back}, Support: []journeymap.Process{support}, Owner: journeymap.Owned("ฝ่ายบริการลูกค้า", "ฝ่ายเทคนิค"),
		}
	}
	moment := meet("แชตกับฝ่ายเทคนิค", touchpoint.Chat, "ฝ่ายเทคนิค")
	moment.Moment, moment.Decision = true, "ตัดสินใจตรงนี้ว่าจะต่ออายุหรือไม่"
	return journeymap.Map{
		Name: "หนึ่งกรณีแจ้งปัญหาของไทด์ไวส์", Kind: journeymap.Blueprint, Language: "th", Segment: "ลูกค้าที่มีผู้ใช้มากกว่า 50 คน",
		Purpose: "หาว่างานค้างอยู่ที่ใดและใครเป็นผู้รอ แล้วลดเวลาแก้ปัญหาลง 30 % ภายในสิ้นปี",
		Stages: []journeymap.Stage{
			stage("แจ้งปัญหา", "แจ้งครั้งเดียวแล้วเข้าใจตรงกัน", "อธิบายปัญหาพร้อมแนบภาพหน้าจอ", "ต้องรอคำตอบนานแค่ไหน", "“หวังว่าจะไม่นาน”", "แบบฟอร์มมีถึง 9 ช่อง",
				meet("แบบฟอร์มขอความช่วยเหลือ", touchpoint.Website, "ฝ่ายบริการลูกค้า"), journeymap.Emotion{Value: -1, Evidence: journeymap.Reported, N: 12}, journeymap.Process{Text: "คัดแยกเรื่องตามระบบงาน", Owner: "ฝ่ายบริการลูกค้า", Wait: journeymap.Duration(20 * time.Minute)}, journeymap.Process{Text: "ตรวจสอบแพ็กเกจและประวัติ", Owner: "ระบบบัญชี"}),
			stage("รอ", "รู้ว่ามีคนกำลังแก้ไขอยู่", "เปิดดูทุกชั่วโมงว่ามีคำตอบหรือยัง", "ตอนนี้ใครดูแลเรื่องของเรา", "“มีใครลืมเราหรือเปล่า”", "ลูกค้า 41 % ถามซ้ำภายใน 6 วัน",
				meet("อีเมลแจ้งสถานะ", touchpoint.Email, "ฝ่ายบริการลูกค้า"), journeymap.Emotion{Value: -2, Evidence: journeymap.Reported, N: 9}, journeymap.Process{Text: "จำลองปัญหาให้เกิดซ้ำ", Owner: "ทีมระดับสอง", Wait: journeymap.Days(1)}, journeymap.Process{Text: "ขอสิทธิ์เข้าถึงข้อมูลลูกค้า", Owner: "ความปลอดภัยสารสนเทศ", Wait: journeymap.Duration(6 * time.Hour), Approval: "เจ้าหน้าที่คุ้มครองข้อมูล"}),
			stage("แก้ไข", "กลับไปทำงานได้ภายในวันนี้", "ลองทำตามวิธีที่แนะนำ", "ปัญหาจะเกิดซ้ำอีกไหม", "“นี่แหละที่ต้องการ”", "คำแนะนำใช้ศัพท์เทคนิคมากเกินไป",
				moment, journeymap.Emotion{Value: 1, Evidence: journeymap.Reported, N: 11}, journeymap.Process{Text: "บันทึกสาเหตุและวิธีแก้", Owner: "ทีมระดับสอง"}, journeymap.Process{Text: "วางแผนแก้ไขถาวร", Owner: "วิศวกรรม", Wait: journeymap.Days(12), Approval: "หัวหน้าผลิตภัณฑ์"}),
			stage("ปิดเรื่อง", "ได้รับการรับฟัง", "ยืนยันว่าปัญหาหมดไปแล้ว", "ข้อเสนอของเราทำให้อะไรเปลี่ยนไป", "“จะแนะนำให้เพื่อนร่วมงาน”", "ไม่มีใครบอกว่าข้อเสนอไปถึงไหน",
				meet("คำถามเดียวในแอป", touchpoint.InApp, "ผลิตภัณฑ์"), journeymap.Emotion{Value: 1.5, Evidence: journeymap.Assumed}, journeymap.Process{Text: "ปิดเรื่องและแจ้งผู้ดูแลบัญชี", Owner: "ฝ่ายบริการลูกค้า", Wait: journeymap.Days(2)}, journeymap.Process{Text: "รายงานสาเหตุประจำเดือน", Owner: "ฝ่ายคุณภาพ"}),
		},
		Handoffs: []journeymap.Handoff{{From: "แจ้งปัญหา", To: "รอ", Level: journeymap.Duration(time.Hour)}, {From: "รอ", To: "แก้ไข", Level: journeymap.Days(2)}},
	}
}
