// One value in this browser's own storage; without storage, none.
export function store(key) {
  const tried = (act) => {
    try {
      return act();
    } catch {
      return null;
    }
  };
  return {
    read: () => tried(() => JSON.parse(localStorage.getItem(key))),
    write: (value) => tried(() => localStorage.setItem(key, JSON.stringify(value))),
    drop: () => tried(() => localStorage.removeItem(key)),
  };
}
