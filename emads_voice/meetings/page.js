const sound = document.getElementById("sound");
const wave = document.getElementById("wave");
const here = document.getElementById("here");
const lines = [...document.querySelectorAll("#transcript button")];
const bars = wave.viewBox.baseVal.width;
const length = () => (Number.isFinite(sound.duration) ? sound.duration : Number(lines.at(-1)?.dataset.end ?? 1));
document.querySelectorAll("button[data-start]").forEach((button) => {
  button.addEventListener("click", () => {
    sound.currentTime = Number(button.dataset.start);
    sound.play();
  });
});
wave.addEventListener("click", (event) => {
  const box = wave.getBoundingClientRect();
  sound.currentTime = ((event.clientX - box.left) / box.width) * length();
  sound.play();
});
sound.addEventListener("timeupdate", () => {
  here.setAttribute("x", String((sound.currentTime / length()) * bars));
  lines.forEach((line) => {
    const now = Number(line.dataset.start) <= sound.currentTime && sound.currentTime < Number(line.dataset.end);
    line.classList.toggle("now", now);
  });
});
