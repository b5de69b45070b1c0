import base64
from pathlib import Path

file = Path(RUN["file"])
if file.exists():
    net.load_state_dict(torch.load(file, map_location="cpu", weights_only=True))
    pixels = torch.frombuffer(bytearray(base64.urlsafe_b64decode(RUN["picture"])), dtype=torch.uint8)
    image = pixels.view(1, 112, 112, 3).permute(0, 3, 1, 2).float() / 255
    image = F.interpolate(image, size=(224, 224), mode="bilinear", align_corners=False)  # (1, 3, 224, 224)
    # Of ImageNet's red, green and blue, as torchvision's weights expect.
    mean, deviation = torch.tensor((0.485, 0.456, 0.406)), torch.tensor((0.229, 0.224, 0.225))
    with torch.no_grad():
        shares = net.eval()((image - mean[:, None, None]) / deviation[:, None, None])[0].softmax(0)
    for one in RUN["best"]:
        beside(f"share of class {one['class']}", shares[one["class"]].item(), one["share"], within=0.01, apart=1e-4)
else:
    print(f"The trained weights are no part of this file. Put {file} beside it, and run it again.")
