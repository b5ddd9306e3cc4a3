"""The two specialists every EMADS-PR deployment starts with: the CTO and the COO."""

from __future__ import annotations

from collections.abc import Sequence

from langchain_core.language_models import BaseChatModel

from .forms import COOAnalysis, CTOAnalysis
from .specialist import Specialist, create_specialist

CTO_EXEMPLARS = (
    "Should we move our order system to Kubernetes?",
    "What does our technology stack look like?",
    "Which database should the new service use?",
    "How is customer data encrypted and who can access it?",
    "Is our system architecture ready for ten times the traffic?",
    "What are the security risks of this software?",
    "How fast do we respond when the servers go down?",
    "Should we build this application ourselves or buy it?",
    "How do I get access to the production system or reset my password?",
    "Where are our backups kept and how quickly can we restore the data centre?",
    "Can an artificial intelligence model answer customer calls?",
    "Are we compliant with the personal data protection law when we record calls?",
    "How do we integrate the ERP with the warehouse software through an API?",
    "Which cloud provider do we use and what does the hosting look like?",
    "Should we modernise the website and the mobile app?",
    "Is it worth replacing an old component with a newer framework?",
    "How do we stop attackers and data leaks?",
    "Which parts of the software should run in containers in the cloud?",
    "What monitoring and alerts tell the engineers on call that a service is down?",
    "Where is our data stored and in which country?",
    "Which machine learning model should we use?",
    "What tools and languages do our developers work with?",
    "Can we introduce robots and automation, and will the software support it?",
    "Chúng ta có nên chuyển hệ thống đặt hàng lên Kubernetes không?",
    "Nền tảng công nghệ của công ty gồm những gì?",
    "Dịch vụ mới nên dùng cơ sở dữ liệu nào?",
    "Dữ liệu khách hàng được mã hóa và phân quyền truy cập thế nào?",
    "Kiến trúc hệ thống có chịu được lượng truy cập gấp mười lần không?",
    "Phần mềm này có rủi ro bảo mật gì?",
    "Khi máy chủ gặp sự cố thì bao lâu khắc phục được?",
    "Nên tự phát triển phần mềm hay mua sẵn?",
    "Làm sao để được cấp quyền truy cập hệ thống hoặc đặt lại mật khẩu?",
    "Bản sao lưu để ở đâu và khôi phục trung tâm dữ liệu mất bao lâu?",
    "Trí tuệ nhân tạo có trả lời được cuộc gọi của khách hàng không?",
    "Ghi âm cuộc gọi có đúng luật bảo vệ dữ liệu cá nhân không?",
    "Tích hợp ERP với phần mềm kho qua API thế nào?",
    "Công ty đang dùng nhà cung cấp đám mây nào?",
    "Có nên nâng cấp website và ứng dụng di động không?",
    "Có đáng thay thành phần cũ bằng công nghệ mới không?",
    "Làm thế nào để ngăn tấn công mạng và lộ dữ liệu?",
    "Phần mềm nào nên đóng gói chạy trên đám mây?",
    "Hệ thống giám sát và cảnh báo kỹ sư trực khi dịch vụ ngừng chạy thế nào?",
    "Dữ liệu được lưu ở đâu, nước nào?",
    "Nên dùng mô hình học máy nào?",
    "Đội phát triển dùng công cụ và ngôn ngữ lập trình nào?",
    "Có đưa robot và tự động hóa vào được không, phần mềm có hỗ trợ không?",
    "Mật khẩu hết hạn hoặc tài khoản bị khóa thì làm sao?",
    "Máy tính bị nhiễm virus thì làm gì?",
    "Ứng dụng của tài xế viết bằng ngôn ngữ gì?",
    "Phần mềm nào cần nâng cấp trước?",
    "Đổi hệ thống ERP thì tích hợp và dữ liệu có vấn đề gì?",
    "Dữ liệu sao lưu ở đâu, bao lâu sao lưu một lần?",
)

COO_EXEMPLARS = (
    "How many people do we need in the warehouse on the night shift?",
    "What delivery time do we promise customers in Hanoi?",
    "How do we plan shifts and overtime before the Tet holiday?",
    "Who has to approve a purchase of twenty thousand dollars?",
    "What happens to deliveries when a storm closes the warehouse?",
    "How do I book a meeting room?",
    "How do we handle a customer complaint or a refund?",
    "Can we offer same-day delivery in Da Nang?",
    "What does it cost us to store and pick an order?",
    "Do we need to hire and train more staff?",
    "How do we choose and pay suppliers and carriers?",
    "What are the working hours, leave and pay rules of our drivers?",
    "How many parcels arrive late and how can we improve the process?",
    "How will this change affect our employees and daily operations?",
    "Should we open another warehouse or rent more space?",
    "What is our return rate and how do we bring it down?",
    "Which budget limits and signatures does an invoice need?",
    "What should the crew do when there is a typhoon or a flood?",
    "How long does a shipment take between two cities?",
    "How is overtime paid and how many days off do people get?",
    "What would the call centre people and their jobs look like then?",
    "Which room can I reserve for a meeting this week?",
    "Ca đêm ở kho cần bao nhiêu người?",
    "Chúng ta cam kết thời gian giao hàng ở Hà Nội là bao lâu?",
    "Xếp ca và làm thêm giờ trước Tết như thế nào?",
    "Mua sắm hai mươi nghìn đô la thì ai phê duyệt?",
    "Bão làm kho phải đóng cửa thì giao hàng ra sao?",
    "Tôi muốn đặt phòng họp thì làm thế nào?",
    "Khách hàng khiếu nại hoặc đòi hoàn tiền thì xử lý ra sao?",
    "Có làm được giao hàng trong ngày ở Đà Nẵng không?",
    "Chi phí lưu kho và soạn một đơn hàng là bao nhiêu?",
    "Có cần tuyển và đào tạo thêm nhân viên không?",
    "Chọn nhà cung cấp và đơn vị vận chuyển theo quy trình nào?",
    "Giờ làm việc, nghỉ phép và lương của tài xế quy định thế nào?",
    "Bao nhiêu kiện hàng bị trễ và cải tiến quy trình thế nào?",
    "Thay đổi này ảnh hưởng thế nào đến nhân sự và vận hành hằng ngày?",
    "Có nên mở thêm kho hoặc thuê thêm mặt bằng không?",
    "Tỷ lệ hàng hoàn là bao nhiêu và giảm bằng cách nào?",
    "Hạn mức ngân sách và chữ ký duyệt hóa đơn ra sao?",
    "Khi có bão hoặc ngập lụt thì nhân viên phải làm gì?",
    "Gửi hàng giữa hai thành phố mất bao lâu?",
    "Tiền làm thêm giờ và ngày nghỉ được tính thế nào?",
    "Công việc của tổng đài viên khi đó sẽ thay đổi ra sao?",
    "Tuần này còn phòng nào trống để đặt họp?",
    "Chiều nay tôi cần đặt phòng họp cho mười người.",
    "Xe tải hỏng hoặc máy in hỏng thì báo ai?",
    "Khách đổi trả hàng thì làm sao?",
    "Lương tháng trả ngày nào?",
    "Có bao nhiêu tài xế, kho chứa được bao nhiêu hàng?",
    "Ai được duyệt mua sắm thiết bị?",
)


def company_agents(models: Sequence[BaseChatModel]) -> tuple[Specialist, ...]:
    """The CTO and the COO, answering from the same models."""
    return (create_cto(models), create_coo(models))


def create_cto(models: Sequence[BaseChatModel]) -> Specialist:
    """The CTO: technology strategy and architecture. ``models`` as for `create_specialist`."""
    return create_specialist(
        "cto",
        title="Chief Technology Officer",
        also_called=(
            "chief technical officer",
            "head of technology",
            "giám đốc công nghệ",
            "giám đốc kỹ thuật",
        ),
        description=(
            "Technology strategy and architecture: systems, software, cloud, data, security, "
            "artificial intelligence, data protection and incidents."
        ),
        exemplars=CTO_EXEMPLARS,
        instructions=(
            "You judge technology: architecture, integration, security, data, scalability, technical "
            "debt. Give one to three options with pros, cons, effort, timeline and cost, the risks "
            "with a mitigation each, and the option you recommend. Count the systems, interfaces, "
            "decisions, ways to fail and human steps involved, for the complexity. Set a flag only "
            "where law, compliance or exposure of personal data is really touched."
        ),
        form=CTOAnalysis,
        models=models,
    )


def create_coo(models: Sequence[BaseChatModel]) -> Specialist:
    """The COO: operations, process, people, service levels. ``models`` as for `create_specialist`."""
    return create_specialist(
        "coo",
        title="Chief Operating Officer",
        also_called=(
            "chief operations officer",
            "head of operations",
            "giám đốc vận hành",
            "giám đốc điều hành",
        ),
        description=(
            "Operations: warehouses, delivery, people and shifts, process, service levels, suppliers, "
            "purchasing and running cost, offices and customer service."
        ),
        exemplars=COO_EXEMPLARS,
        instructions=(
            "You judge operations: process, people, training, service levels, suppliers, running "
            "cost, continuity. Say for each area what it is now and what must change, what people and "
            "things are needed and their cost, the options with pros and cons, the risks with a "
            "mitigation each, and the option you recommend. Count the systems, interfaces, decisions, "
            "ways to fail and human steps involved, for the complexity."
        ),
        form=COOAnalysis,
        models=models,
    )
