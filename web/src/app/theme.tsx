/** Light, dark, or as the system is; the choice is kept in this browser. */
import { createContext, type ReactNode, useContext, useEffect, useState } from 'react';

export type Theme = 'system' | 'light' | 'dark';

const storageKey = 'omoi-theme';
const next: Readonly<Record<Theme, Theme>> = { system: 'light', light: 'dark', dark: 'system' };

interface ThemeChoice {
  readonly theme: Theme;
  readonly toggle: () => void;
}

const ThemeContext = createContext<ThemeChoice>({ theme: 'system', toggle: () => undefined });

function stored(): Theme {
  const value = localStorage.getItem(storageKey);
  return value === 'light' || value === 'dark' ? value : 'system';
}

export function ThemeProvider({ children }: { readonly children: ReactNode }) {
  const [theme, setTheme] = useState(stored);
  useEffect(() => {
    document.documentElement.dataset.theme = theme;
    localStorage.setItem(storageKey, theme);
  }, [theme]);
  return <ThemeContext value={{ theme, toggle: () => setTheme(next[theme]) }}>{children}</ThemeContext>;
}

export const useTheme = (): ThemeChoice => useContext(ThemeContext);
